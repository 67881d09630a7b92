import { accessSync, constants, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { MintmarkError } from '../problem.ts';
import { quotePath, readSystemCode, translateFileError } from './file-fault.ts';

/** Every file that we use in the state directory (CONTRACT §1). */
export const STATE_FILES = {
  database: 'mintmark.db',
  writeAheadLog: 'mintmark.db-wal',
  sharedMemory: 'mintmark.db-shm',
  masterKey: 'master.key',
  lock: 'mintmark.lock',
  daemon: 'daemon.json',
  baseUrl: 'base-url',
  log: 'daemon.log',
  olderLog: 'daemon.log.1',
  tlsServer: 'tls.pem',
  tlsAuthority: 'ca.pem',
} as const;

/**
 * Makes sure of a state directory that only its owner can read: created 0700 when it is not there, else refused when
 * it, what is above it, or a file in it that we would use is open to others. Nothing is created on refusal.
 *
 * @returns its absolute path
 * @throws MintmarkError `state_insecure` with the way to mend it, `storage_readonly`, `storage_full` or
 *   `database_unavailable` when it cannot be made
 */
export function openStateDirectory(path: string): string {
  const directory = resolve(path);
  if (!examineStateDirectory(directory)) {
    createDirectory(directory);
    examineStateDirectory(directory);
  }
  return directory;
}

/**
 * The same look, which makes nothing.
 *
 * @returns false when it is not there and nothing is against making it
 * @throws MintmarkError as above
 */
export function examineStateDirectory(path: string): boolean {
  const directory = resolve(path);
  const ancestors = listAncestors(directory);
  for (const above of ancestors) refuseUnfitParent(above);
  if (readStats(directory) === undefined) {
    const nearest = ancestors.find((above) => readStats(above) !== undefined);
    // On a drive of Windows that is not there nothing is.
    requireWritable(nearest ?? directory);
    return false;
  }
  refuseOpenDirectory(directory);
  for (const name of Object.values(STATE_FILES)) refuseOpenFile(join(directory, name));
  requireWritable(directory);
  return true;
}

function listAncestors(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...listAncestors(above)];
}

/** Who may rename things above the directory can put another one in its place; a sticky bit (as on /tmp) forbids it. */
function refuseUnfitParent(path: string): void {
  const stats = readStats(path);
  if (stats === undefined || stats.isSymbolicLink()) return;
  if (!stats.isDirectory()) refuse(path, 'is not a directory', 'name another one with --home');
  if (process.getuid === undefined) return;
  if (stats.uid !== 0 && stats.uid !== process.getuid()) {
    refuse(path, 'belongs to another user', 'use a state directory of your own (--home)');
  }
  if ((stats.mode & 0o002) !== 0 && (stats.mode & 0o1000) === 0) {
    refuse(path, 'can be written by everybody', `chmod o-w ${quotePath(path)}`);
  }
}

/** Step by step: Node's recursive way reports a read-only file system as a missing directory. */
function createDirectory(path: string): void {
  const above = dirname(path);
  // A drive of Windows that is not there has nothing above it.
  if (above !== path && readStats(above) === undefined) createDirectory(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (readSystemCode(error) !== 'EEXIST') throw translateFileError(error, `${quotePath(path)} cannot be created`);
  }
}

function refuseOpenDirectory(path: string): void {
  const stats = readStats(path);
  if (stats?.isSymbolicLink()) refuse(path, 'is a symbolic link', 'name the directory that it points to');
  if (!stats?.isDirectory()) refuse(path, 'is not a directory', 'name another one with --home');
  refuseForeignOrShared(path, stats, '0700');
}

function requireWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw translateFileError(error, `${quotePath(path)} cannot be written`);
  }
}

function refuseOpenFile(path: string): void {
  const stats = readStats(path);
  if (stats === undefined) return;
  if (stats.isSymbolicLink()) refuse(path, 'is a symbolic link', 'replace it by the file itself');
  if (!stats.isFile()) refuse(path, 'is not a regular file', 'move it away');
  if (stats.nlink > 1) refuse(path, 'has a second name (hard link)', 'replace it by a copy of its own');
  refuseForeignOrShared(path, stats, '0600');
}

/** Windows has neither owners nor modes in this sense: the per-user folder's access list protects the state there. */
function refuseForeignOrShared(path: string, stats: Stats, mode: string): void {
  if (process.getuid === undefined) return;
  if (stats.uid !== process.getuid()) {
    refuse(path, 'belongs to another user', 'use a state directory of your own (--home)');
  }
  if ((stats.mode & 0o077) !== 0) refuse(path, 'is open to others', `chmod ${mode} ${quotePath(path)}`);
}

function refuse(path: string, fault: string, hint: string): never {
  throw new MintmarkError('state_insecure', `${quotePath(path)} ${fault}: ${hint}`);
}

function readStats(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Something above it is a file (ENOTDIR) or closed to us: it cannot be used, which creating it will tell.
    const code = readSystemCode(error);
    if (code === 'ENOTDIR' || code === 'EACCES') return undefined;
    throw error;
  }
}
