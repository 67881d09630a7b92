import { type CustomTextEditorProvider, type Disposable, window } from 'vscode';
import { INSPECTOR_EDITOR } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';

/** The inspector as an editor of `.jwt` files; *Inspect Token* itself opens it in a panel (features/text). */
export function registerInspector(context: FeatureContext): Disposable {
  let loading: Promise<CustomTextEditorProvider> | undefined;
  const load = async () => (await import('./token-editor.ts')).createTokenEditor(context);
  return window.registerCustomEditorProvider(
    INSPECTOR_EDITOR,
    {
      async resolveCustomTextEditor(document, panel, cancellation) {
        loading ??= load();
        const editor = await loading;
        // Of a panel that was closed meanwhile even its page cannot be set.
        if (!cancellation.isCancellationRequested) await editor.resolveCustomTextEditor(document, panel, cancellation);
      },
    },
    { supportsMultipleEditorsPerDocument: true },
  );
}
