import { Disposable, type Event, EventEmitter, extensions, type TextDocument, type Uri, workspace } from 'vscode';
import { fileOf } from './file-of.ts';

/** What we use of the API that the built-in Git extension exports, version 1. */
interface GitExports {
  readonly enabled: boolean;
  readonly onDidChangeEnablement: Event<boolean>;
  getAPI(version: 1): GitApi;
}

interface GitApi {
  readonly onDidOpenRepository: Event<unknown>;
  getRepository(uri: Uri): { getObjectDetails(treeish: string, path: string): Promise<unknown> } | null;
}

export interface GitTracking extends Disposable {
  /** Is the file in the index of its repository? False where Git is not at hand, and for what is no file. */
  isTracked(document: TextDocument): Promise<boolean>;
  /** Git came, or found a repository: answers may be others now. */
  readonly onDidChange: Event<void>;
}

/** Asks the built-in Git extension, if it is at work; each document again only after it was saved. */
export function followGitTracking(report: (error: unknown) => void): GitTracking {
  let answers = new WeakMap<TextDocument, Promise<boolean>>();
  let repositories: Disposable | undefined;
  let isOver = false;
  const changed = new EventEmitter<void>();
  const parts = [
    changed,
    workspace.onDidSaveTextDocument((document) => answers.delete(document)),
    workspace.onDidSaveNotebookDocument((notebook) => {
      for (const { document } of notebook.getCells()) answers.delete(document);
    }),
  ];

  const change = () => {
    answers = new WeakMap();
    changed.fire();
  };
  const followRepositories = (git: GitExports) => {
    repositories?.dispose();
    repositories = git.enabled ? git.getAPI(1).onDidOpenRepository(change) : undefined;
  };
  const follow = async () => {
    // It activates itself as the window opens, perhaps later than we do: this only waits for it.
    const git = await extensions.getExtension<GitExports>('vscode.git')?.activate();
    if (git === undefined || isOver) return;
    const attach = () => {
      followRepositories(git);
      change();
    };
    parts.push(git.onDidChangeEnablement(attach));
    attach();
  };
  follow().catch(report);

  return {
    isTracked(document) {
      const known = answers.get(document);
      if (known !== undefined) return known;
      const uri = fileOf(document);
      if (uri.scheme !== 'file' || findGit() === null) return Promise.resolve(false);
      const answer = askGit(uri);
      answers.set(document, answer);
      return answer;
    },
    onDidChange: changed.event,
    dispose() {
      isOver = true;
      repositories?.dispose();
      Disposable.from(...parts).dispose();
    },
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
