import { type CustomTextEditorProvider, type Disposable, type TextDocument, workspace } from 'vscode';
import type { FeatureContext } from '../../feature-context.ts';
import { readFirstToken } from '../../first-token.ts';
import { nameFile } from '../../name-file.ts';
import { createInspectorView } from './inspector-view.ts';
import { openInspector } from './open-inspector.ts';

/** Long enough that a token which is typed is not sent to be judged with every character. */
const SETTLE_MS = 250;

/** Shows a `.jwt` file in the inspector, if the person asks for that: the text stays the default. It never writes. */
export function createTokenEditor(context: FeatureContext): CustomTextEditorProvider {
  return {
    resolveCustomTextEditor(document, panel) {
      const view = createInspectorView(context, panel, (inspected) => openInspector(context, inspected));
      const show = () => view.show({ token: readToken(document), source: nameFile(document.uri), expect: null });
      let pending: NodeJS.Timeout | undefined;
      const changes: Disposable = workspace.onDidChangeTextDocument((event) => {
        if (event.document !== document) return;
        clearTimeout(pending);
        pending = setTimeout(show, SETTLE_MS);
      });
      panel.onDidDispose(() => {
        clearTimeout(pending);
        changes.dispose();
      });
      show();
    },
  };
}

/** The first token of the file, or all of it: the inspector then says why that is none. */
function readToken(document: TextDocument): string {
  const text = document.getText();
  return readFirstToken(text) ?? text.trim();
}
