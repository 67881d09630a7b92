import { existsSync, linkSync, lstatSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { MintmarkError } from '../problem.ts';
import { createPrivateFile, publishDurably, removeTemporaries } from './durable-file.ts';
import { quotePath, readSystemCode, translateFileError } from './file-fault.ts';

/**
 * Lets `fill` write a file whose name a person chose and which nobody may have: durably, 0600, whole or not at all.
 * Who is killed meanwhile leaves at most what the next one for this name clears away; only where a file system has no
 * hard links an empty file can stay, which the next one names, since it may be somebody else's.
 *
 * @throws MintmarkError as `refuseTakenName` and `explainTargetFault`, and what `fill`
 *   throws; there is then no such file
 */
export function publishNewFile(path: string, fill: (temporary: string) => void): void {
  try {
    refuseTakenName(path);
    clearLeftovers(path);
    publishDurably(path, fill, takeFreeName);
  } catch (error) {
    throw explainTargetFault(error, path);
  }
}

/** @throws MintmarkError `usage` when something has that name, be it a dangling link; the file system's own error */
export function refuseTakenName(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  // Whoever wrote it may have been killed just then. No other one can still get this name.
  clearLeftovers(path);
  throw explainTaken(path);
}

/** What callers see when a file that they named cannot be written; an error of another kind is handed back as it is. */
export function explainTargetFault(error: unknown, path: string): unknown {
  switch (readSystemCode(error)) {
    case undefined:
      return error;
    case 'EEXIST':
      return explainTaken(path);
    case 'ENOENT':
      if (existsSync(dirname(path))) {
        return new MintmarkError('usage', `${quotePath(path)} is being written by another command too`);
      }
      return explainNoDirectory(path);
    case 'ENOTDIR':
      return explainNoDirectory(path);
    default:
      return translateFileError(error, `${quotePath(path)} cannot be written`);
  }
}

function explainNoDirectory(path: string): MintmarkError {
  return new MintmarkError('usage', `${quotePath(dirname(path))} is not a directory`);
}

function explainTaken(path: string): MintmarkError {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  const isEmpty = stats?.isFile() === true && stats.size === 0;
  const advice = 'exists and is empty, as a command that was killed can leave it: remove it, or name a new file';
  return new MintmarkError('usage', `${quotePath(path)} ${isEmpty ? advice : 'exists: name a new file'}`);
}

function clearLeftovers(path: string): void {
  removeTemporaries(dirname(path), (name) => name === basename(path));
}

/** A hard link, unlike renaming, replaces nothing and needs no empty file that keeps the name meanwhile. */
function takeFreeName(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    const code = readSystemCode(error);
    if (code === 'EEXIST' || code === 'ENOENT') throw error;
    takeNameWithoutLinks(temporary, path);
    return;
  }
  rmSync(temporary, { force: true });
}

/** For FAT, and some network drives: whatever else was wrong with the link is wrong here too. */
function takeNameWithoutLinks(temporary: string, path: string): void {
  createPrivateFile(path);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}
