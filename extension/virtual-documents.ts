import { type Disposable, type TextDocumentShowOptions, type TextEditor, Uri, window, workspace } from 'vscode';

/** Of our own documents, which nobody can change. */
export const TEXT_SCHEME = 'mintmark-text';

/**
 * Read-only documents whose text is in memory only, until they are closed. Their addresses carry a number and nothing
 * of the text, and the editor keeps no backup of them, as it does of untitled ones.
 */
export interface VirtualDocuments extends Disposable {
  /** The tab says `<name>-<number>.<extension>`; the language follows from it. */
  show(name: string, extension: string, text: string, options?: TextDocumentShowOptions): Promise<TextEditor>;
}

export function createVirtualDocuments(): VirtualDocuments {
  const texts = new Map<string, string>();
  let last = 0;
  const provider = workspace.registerTextDocumentContentProvider(TEXT_SCHEME, {
    provideTextDocumentContent: (uri) => texts.get(uri.path) ?? '',
  });
  const closed = workspace.onDidCloseTextDocument(({ uri }) => {
    if (uri.scheme === TEXT_SCHEME) texts.delete(uri.path);
  });
  return {
    async show(name, extension, text, options = {}) {
      const path = `/${name}-${++last}.${extension}`;
      texts.set(path, text);
      const document = await workspace.openTextDocument(Uri.from({ scheme: TEXT_SCHEME, path }));
      return await window.showTextDocument(document, { preview: false, ...options });
    },
    dispose() {
      texts.clear();
      closed.dispose();
      provider.dispose();
    },
  };
}
