import { extensions, Uri } from 'vscode';

/** What we use of the API that the built-in Git extension exports, version 1. */
interface GitExports {
  readonly enabled: boolean;
  getAPI(version: 1): { getRepository(uri: Uri): Repository | null };
}

interface Repository {
  getRefs(query: {
    readonly sort?: 'committerdate';
  }): Promise<readonly { readonly type: number; readonly name?: string }[]>;
}

/** `RefType` of that API; remote branches are the third. */
const FOLDERS: readonly (string | undefined)[] = ['refs/heads/', undefined, 'refs/tags/'];
const MOST_REFS = 200;

/** Branches and tags of the repository of a directory, the newest first; none where the editor's Git is not at work. */
export async function listRefs(directory: string | undefined): Promise<readonly string[]> {
  const git = extensions.getExtension<GitExports>('vscode.git');
  if (directory === undefined || !git?.isActive || !git.exports.enabled) return [];
  const repository = git.exports.getAPI(1).getRepository(Uri.file(directory));
  // They are only offered: where Git fails, a ref is typed.
  const refs = (await repository?.getRefs({ sort: 'committerdate' }).catch(() => [])) ?? [];
  return refs
    .flatMap(({ type, name }) => {
      const folder = FOLDERS[type];
      return folder === undefined || name === undefined ? [] : `${folder}${name}`;
    })
    .slice(0, MOST_REFS);
}
