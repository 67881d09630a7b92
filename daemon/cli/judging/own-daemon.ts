import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readDaemonFile } from '../../client/daemon-file.ts';
import { readPrivateFile } from '../../client/private-file.ts';
import { type ProvenDaemon, proveDaemon } from '../../client/prove-daemon.ts';
import { MintmarkError } from '../../problem.ts';
import { STATE_FILES } from '../../store/state-directory.ts';
import { liesAt } from '../../verify/issuer-url.ts';
import { DEFAULT_PORT } from '../options/serve-options.ts';

/** Whose a URL is: nobody's of this home, its running daemon's, or that of its daemon while it is away. */
export type Ownership =
  | { readonly kind: 'foreign' }
  | { readonly kind: 'ours'; readonly daemon: ProvenDaemon }
  | { readonly kind: 'away'; readonly baseUrl: string };

/**
 * Finds out whether a URL lies where the daemon of this home serves its issuers. While that daemon is away anyone on
 * the machine can take its port: what answers there then must never be taken for it.
 *
 * @throws MintmarkError `daemon_unproven` when something else answers where our daemon should, `state_insecure`
 */
export async function findOwner(home: string, url: string): Promise<Ownership> {
  const file = readDaemonFile(home);
  const baseUrl = file?.baseUrl ?? recallPlace(home);
  return baseUrl !== null && liesAt(url, baseUrl) ? await provePlace(file, baseUrl) : { kind: 'foreign' };
}

/**
 * Finds the daemon of this home whatever the URL: for a token that may be of any issuer.
 * `foreign`: there never was one.
 *
 * @throws MintmarkError as `findOwner`
 */
export async function findDaemonOfHome(home: string): Promise<Ownership> {
  const file = readDaemonFile(home);
  const baseUrl = file?.baseUrl ?? recallPlace(home);
  return baseUrl === null ? { kind: 'foreign' } : await provePlace(file, baseUrl);
}

async function provePlace(file: ReturnType<typeof readDaemonFile>, baseUrl: string): Promise<Ownership> {
  if (file === null) return { kind: 'away', baseUrl };
  try {
    return { kind: 'ours', daemon: await proveDaemon(file) };
  } catch (error) {
    if (error instanceof MintmarkError && error.code === 'daemon_unreachable') return { kind: 'away', baseUrl };
    throw error;
  }
}

/**
 * Where this home's daemon was when it ran last; the default where nothing was written down but a database is there.
 */
function recallPlace(home: string): string | null {
  const remembered = readPrivateFile(join(home, STATE_FILES.baseUrl));
  if (remembered !== null) return remembered;
  return existsSync(join(home, STATE_FILES.database)) ? `http://localhost:${DEFAULT_PORT}` : null;
}
