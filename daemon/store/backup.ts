import { lstatSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { MintmarkError } from '../problem.ts';
import { createPrivateFile, publishDurably, removeTemporaries } from './durable-file.ts';
import { readSystemCode, translateFileError } from './file-fault.ts';
import { markClosed } from './meta-table.ts';
import { type Connection, openForReading, openSnapshot } from './sqlite.ts';
import { guardSqlite } from './sqlite-fault.ts';
import { STATE_FILES } from './state-directory.ts';

/**
 * Copies the database into a new file (0600) as it is at one instant, also while a daemon writes. The copy is of use
 * only with the `master.key` of that time, which is not in it.
 *
 * @throws MintmarkError `usage` when the target exists and is not empty or its directory does not, `storage_full`,
 *   `storage_readonly`, `database_corrupt`, `database_unavailable`; there is then no copy
 */
export function backupDatabase(directory: string, target: string): void {
  const path = resolve(target);
  const database = openForReading(join(directory, STATE_FILES.database));
  let isReserved = false;
  try {
    removeTemporaries(dirname(path), (name) => name === basename(path));
    publishDurably(path, (temporary) => {
      writeSnapshot(database, temporary);
      // Only a name that nobody has: renaming would replace what is there.
      reserveName(path);
      isReserved = true;
    });
  } catch (error) {
    if (isReserved) rmSync(path, { force: true });
    throw explainTargetFault(error, path);
  } finally {
    database.close();
  }
}

/** An empty file is as good as none: a backup that was killed leaves one, and the next would find its name taken. */
function reserveName(path: string): void {
  try {
    createPrivateFile(path);
  } catch (error) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (readSystemCode(error) !== 'EEXIST' || !found?.isFile() || found.size > 0) throw error;
  }
}

/** Copies what `database` sees into an empty file, and notes there that it is no database in use. */
export function writeSnapshot(database: Connection, empty: string): void {
  guardSqlite(() => {
    database.prepare('VACUUM INTO ?').run(empty);
    const copy = openSnapshot(empty);
    try {
      markClosed(copy);
    } finally {
      copy.close();
    }
  });
}

function explainTargetFault(error: unknown, path: string): unknown {
  switch (readSystemCode(error)) {
    case undefined:
      return error;
    case 'EEXIST':
      return new MintmarkError('usage', `${JSON.stringify(path)} exists: name a new file`);
    case 'ENOENT':
    case 'ENOTDIR':
      return new MintmarkError('usage', `${JSON.stringify(dirname(path))} is not a directory`);
    default:
      return translateFileError(error, `${JSON.stringify(path)} cannot be written`);
  }
}
