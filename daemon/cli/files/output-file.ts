import { chmodSync, existsSync, lstatSync, mkdirSync, type Stats, writeFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { MintmarkError } from '../../problem.ts';
import { publishDurably, syncDirectory } from '../../store/durable-file.ts';
import { quotePath, readSystemCode } from '../../store/file-fault.ts';
import { explainTargetFault, publishNewFile, refuseTakenName } from '../../store/new-file.ts';

/** What a file asks of the place that it is written to. */
export interface OutputRules {
  /** Mode bits that its directory must not have: who may write one may exchange what is in it. */
  readonly closedTo: number;
  /**
   * Only a directory of the caller will do, and not a sticky one (as /tmp), where others can exchange nothing either.
   */
  readonly isOwn: boolean;
  /** A regular file of that name gives way. */
  readonly replaces: boolean;
  /** A directory that is not there is made, but not the one above it: a name that is wrong is more likely. */
  readonly makesDirectory: boolean;
}

/**
 * Finds out whether a file may be written there, and writes nothing yet: what is to be in it may be one that must not
 * be asked for in vain.
 *
 * @returns the absolute path
 * @throws MintmarkError `usage` when something has that name, be it a dangling link, or when the rules forbid its
 *   directory or it is not there; `storage_readonly`, `database_unavailable` when that cannot be found out
 */
export function planOutputFile(file: string, rules: OutputRules): string {
  if (file.endsWith('/') || file.endsWith(sep))
    throw new MintmarkError('usage', `${quotePath(file)} is a directory: name a file in it`);
  const path = resolve(file);
  refuseTaken(path, rules);
  refuseUnfitDirectory(dirname(path), rules);
  return path;
}

/**
 * Writes a file durably and whole or not at all: 0600 whatever the umask, in a directory that is made 0700 when it is
 * not there and the rules have it made.
 *
 * @param path what `planOutputFile` returned
 * @throws MintmarkError as `planOutputFile`, and `storage_full`; what was there is then as it was
 */
export function writeOutputFile(path: string, content: string, rules: OutputRules): void {
  if (rules.makesDirectory) makeDirectory(dirname(path));
  refuseUnfitDirectory(dirname(path), rules);
  refuseTaken(path, rules);
  const publish = rules.replaces ? publishDurably : publishNewFile;
  try {
    publish(path, (temporary) => {
      // The umask may have taken the owner's own rights.
      chmodSync(temporary, 0o600);
      writeFileSync(temporary, content);
    });
  } catch (error) {
    throw explainTargetFault(error, path);
  }
}

function makeDirectory(path: string): void {
  if (readStats(path) !== undefined) return;
  try {
    mkdirSync(path, { mode: 0o700 });
    chmodSync(path, 0o700);
    syncDirectory(dirname(path));
  } catch (error) {
    throw explainTargetFault(error, path);
  }
}

function refuseTaken(path: string, { replaces }: OutputRules): void {
  const stats = readStats(path);
  if (stats === undefined || (replaces && stats.isFile())) return;
  if (!replaces) refuseTakenName(path);
  refuse(path, 'is no regular file', 'name another one');
}

/** Windows has no modes; there the access list of the user's own folders holds. */
function refuseUnfitDirectory(path: string, { closedTo, isOwn, makesDirectory }: OutputRules): void {
  const stats = readStats(path);
  if (stats === undefined) {
    const missing = makesDirectory ? dirname(path) : path;
    if (!existsSync(missing)) refuse(missing, 'is not there', 'make it first, or name another one');
    return;
  }
  if (stats.isSymbolicLink()) refuse(path, 'is a symbolic link', 'name the directory that it points to');
  if (!stats.isDirectory()) refuse(path, 'is not a directory', 'name another one');
  if (process.getuid === undefined) return;
  if (isOwn && stats.uid !== process.getuid()) refuse(path, 'belongs to another user', 'name one of your own');
  if ((stats.mode & closedTo) === 0) return;
  const advice = makesDirectory ? 'name a directory that is not there yet, which is made 0700, or' : 'mend it with';
  if (isOwn) refuse(path, 'is open to others', `${advice} chmod 0700 ${quotePath(path)}`);
  if ((stats.mode & 0o1000) !== 0) return;
  refuse(path, 'can be written by others', `${advice} chmod go-w ${quotePath(path)}`);
}

function refuse(path: string, fault: string, hint: string): never {
  throw new MintmarkError('usage', `${quotePath(path)} ${fault}: ${hint}`);
}

function readStats(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Something above it is a file, which making the directory tells.
    if (readSystemCode(error) === 'ENOTDIR') return undefined;
    throw explainTargetFault(error, path);
  }
}
