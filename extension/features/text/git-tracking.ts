import { type Disposable, extensions, type TextDocument, type Uri, workspace } from 'vscode';

/** What we use of the API that the built-in Git extension exports, version 1. */
interface GitExports {
  readonly enabled: boolean;
  getAPI(version: 1): {
    getRepository(uri: Uri): { getObjectDetails(treeish: string, path: string): Promise<unknown> } | null;
  };
}

export interface GitTracking extends Disposable {
  /** Is the file in the index of its repository? False where Git is not at hand, and for what is no file. */
  isTracked(document: TextDocument): Promise<boolean>;
}

/** Asks the built-in Git extension, if it is at work; each document again only after it was saved. */
export function followGitTracking(): GitTracking {
  const answers = new WeakMap<TextDocument, Promise<boolean>>();
  const saves = workspace.onDidSaveTextDocument((document) => answers.delete(document));
  return {
    isTracked(document) {
      const known = answers.get(document);
      if (known !== undefined) return known;
      if (document.uri.scheme !== 'file' || findGit() === null) return Promise.resolve(false);
      const answer = askGit(document.uri);
      answers.set(document, answer);
      return answer;
    },
    dispose: () => saves.dispose(),
  };
}

function findGit(): GitExports | null {
  const extension = extensions.getExtension<GitExports>('vscode.git');
  return extension?.isActive && extension.exports.enabled ? extension.exports : null;
}

async function askGit(uri: Uri): Promise<boolean> {
  try {
    // An empty tree name means the index; it rejects for a path that is not in it.
    await findGit()?.getAPI(1).getRepository(uri)?.getObjectDetails('', uri.fsPath);
    return findGit()?.getAPI(1).getRepository(uri) != null;
  } catch {
    return false;
  }
}
