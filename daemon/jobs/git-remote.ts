import { splitRepositoryPath } from './repository-path.ts';

export interface RemoteRepository {
  readonly host: string;
  readonly owner: string;
  readonly repository: string;
}

/** Hosts that take SSH under another name than the web. */
const SSH_HOSTS: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
  'ssh.dev.azure.com': 'dev.azure.com',
};

/**
 * The repository that the URL of a remote names: `https:`, `ssh:`, `git:` and scp's `user@host:path` (git-clone(1),
 * "GIT URLS"). A port belongs to the host only where it is the web's. Null for a local path and what is none of these.
 */
export function parseRemote(url: string): RemoteRepository | null {
  if (url.length > 2_048) return null;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme !== undefined) return parseUrl(scheme, url);
  // One letter before the colon is a drive of Windows; a slash before it makes it a path (git-clone(1)).
  const scp = /^(?:[^@/:]+@)?(\[[0-9a-f:.]+\]|[^/:@[\]]{2,}):(?!\/\/)\/?(.+)$/i.exec(url);
  return scp === null ? null : toRepository(scp[1] ?? '', scp[2] ?? '');
}

function parseUrl(scheme: string, text: string): RemoteRepository | null {
  if (!/^(?:https?|ssh|git\+ssh|ssh\+git|git)$/.test(scheme) || !URL.canParse(text)) return null;
  const url = new URL(text);
  let path: string;
  try {
    path = decodeURIComponent(url.pathname.slice(1));
  } catch {
    return null;
  }
  return toRepository(scheme.startsWith('http') ? url.host : url.hostname, path);
}

function toRepository(host: string, path: string): RemoteRepository | null {
  const lower = host.toLowerCase();
  const name = (Object.hasOwn(SSH_HOSTS, lower) ? SSH_HOSTS[lower] : undefined) ?? lower;
  if (!/^(?:\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]{0,252}))(?::\d{1,5})?$/.test(name)) return null;
  const split = splitRepositoryPath(trimPath(name, path));
  return split === null ? null : { host: name, ...split };
}

/**
 * Azure DevOps has a `v3/` in SSH paths, a `_git/` in web paths and may leave out a name that repeats the project's.
 */
function trimPath(host: string, path: string): string {
  const bare = path.replace(/\/+$/, '').replace(/\.git$/, '');
  if (host !== 'dev.azure.com') return bare;
  return bare
    .replace(/^v3\//, '')
    .replace(/^([^/]+\/)_git\/([^/]+)$/, '$1$2/$2')
    .replace('/_git/', '/');
}
