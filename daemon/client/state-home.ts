import { userInfo } from 'node:os';
import { posix, resolve, win32 } from 'node:path';
import { MintmarkError } from '../problem.ts';

/**
 * Where the state lies when nobody says otherwise: `$MINTMARK_HOME`, else the system's own place for per-user state
 * (XDG Base Directory Specification on Linux; a relative `$XDG_STATE_HOME` is invalid there and ignored). No other
 * variable puts keys below the directory that a command happens to run in.
 *
 * @param readHomedir of `node:os`, which hands back whatever `$HOME` holds
 * @throws MintmarkError `config_invalid` for a user without a home
 */
export function defaultStateDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  readHomedir: () => string,
): string {
  const named = env.MINTMARK_HOME;
  if (named) return resolve(named);
  if (platform === 'win32') {
    const local = env.LOCALAPPDATA;
    if (local && win32.isAbsolute(local)) return win32.join(local, 'Mintmark');
    return win32.join(findHome(readHomedir, win32.isAbsolute), 'AppData', 'Local', 'Mintmark');
  }
  const state = env.XDG_STATE_HOME;
  if (platform !== 'darwin' && state && posix.isAbsolute(state)) return posix.join(state, 'mintmark');
  const home = findHome(readHomedir, posix.isAbsolute);
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Mintmark');
  return posix.join(home, '.local', 'state', 'mintmark');
}

/** What the environment says counts only as a whole path; else what the user database says. */
function findHome(readHomedir: () => string, isAbsolute: (path: string) => boolean): string {
  try {
    const home = readHomedir();
    return isAbsolute(home) ? home : userInfo().homedir;
  } catch (cause) {
    // An id that nobody gave a name to, as in some containers.
    const detail = 'this user has no home directory: name a state directory with --home or $MINTMARK_HOME';
    throw new MintmarkError('config_invalid', detail, { cause });
  }
}
