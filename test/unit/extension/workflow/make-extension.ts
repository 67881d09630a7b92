import { type ExtensionContext, Uri } from 'vscode';

/** What our features use of the context that the editor gives an extension. */
export function makeExtension(storage: string): ExtensionContext {
  const kept = new Map<string, unknown>();
  const extension = {
    extensionPath: '/ext',
    extensionUri: Uri.file('/ext'),
    globalStorageUri: Uri.file(storage),
    workspaceState: {
      get: (key: string) => kept.get(key),
      update: async (key: string, value: unknown) => void kept.set(key, value),
      keys: () => [...kept.keys()],
    },
  };
  return extension as unknown as ExtensionContext;
}
