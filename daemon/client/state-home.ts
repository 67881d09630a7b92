import { userInfo } from 'node:os';
import { posix, resolve, win32 } from 'node:path';
import { MintmarkError } from '../problem.ts';

/**
 * Where the state lies when nobody says otherwise: `$MINTMARK_HOME`, else the system's own place for per-user state
 * (XDG Base Directory Specification on Linux; a relative `$XDG_STATE_HOME` is invalid there and ignored). No other
 * variable puts keys below the directory that a command happens to run in.
 *
 * @param readHomedir of `node:os`, which hands back whatever `$HOME` holds
 * @param readUserHome what the user database says, which may be nothing or no whole path either
 * @throws MintmarkError `config_invalid` for a user without a home
 */
export function defaultStateDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  readHomedir: () => string,
  readUserHome: () => string = () => userInfo().homedir,
): string {
  const named = env.MINTMARK_HOME;
  if (named) return resolve(named);
  if (platform === 'win32') {
    const local = env.LOCALAPPDATA;
    if (local && win32.isAbsolute(local)) return win32.join(local, 'Mintmark');
    return win32.join(findHome([readHomedir, readUserHome], win32.isAbsolute), 'AppData', 'Local', 'Mintmark');
  }
  const state = env.XDG_STATE_HOME;
  if (platform !== 'darwin' && state && posix.isAbsolute(state)) return posix.join(state, 'mintmark');
  const home = findHome([readHomedir, readUserHome], posix.isAbsolute);
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Mintmark');
  return posix.join(home, '.local', 'state', 'mintmark');
}

/** What the environment says counts only as a whole path; else what the user database says, if that is one. */
function findHome(sources: readonly (() => string)[], isAbsolute: (path: string) => boolean): string {
  let cause: unknown;
  try {
    for (const read of sources) {
      const home = read();
      if (isAbsolute(home)) return home;
    }
  } catch (error) {
    // An id that nobody gave a name to, as in some containers.
    cause = error;
  }
  const detail = 'this user has no home directory: name a state directory with --home or $MINTMARK_HOME';
  throw new MintmarkError('config_invalid', detail, { cause });
}
