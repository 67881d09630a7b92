import { posix, resolve, win32 } from 'node:path';

/**
 * Where the state lies when nobody says otherwise: `$MINTMARK_HOME`, else the system's own place for per-user state
 * (XDG Base Directory Specification on Linux; a relative `$XDG_STATE_HOME` is invalid there and ignored).
 */
export function defaultStateDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  homedir: string,
): string {
  const named = env.MINTMARK_HOME;
  if (named) return resolve(named);
  if (platform === 'win32') {
    return win32.join(env.LOCALAPPDATA || win32.join(homedir, 'AppData', 'Local'), 'Mintmark');
  }
  if (platform === 'darwin') return posix.join(homedir, 'Library', 'Application Support', 'Mintmark');
  const state = env.XDG_STATE_HOME;
  return posix.join(state && posix.isAbsolute(state) ? state : posix.join(homedir, '.local', 'state'), 'mintmark');
}
