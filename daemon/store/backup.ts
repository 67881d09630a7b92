import { join, resolve } from 'node:path';
import { markClosed } from './meta-table.ts';
import { publishNewFile } from './new-file.ts';
import { type Connection, openForReading, openSnapshot } from './sqlite.ts';
import { guardSqlite } from './sqlite-fault.ts';
import { STATE_FILES } from './state-directory.ts';

/**
 * Copies the database into a new file (0600) as it is at one instant, also while a daemon writes. The copy is of use
 * only with the `master.key` of that time, which is not in it.
 *
 * @throws MintmarkError `usage` when the target exists or its directory does not, `storage_full`,
 *   `storage_readonly`, `database_corrupt`, `database_unavailable`; there is then no copy
 */
export function backupDatabase(directory: string, target: string): void {
  const database = openForReading(join(directory, STATE_FILES.database));
  try {
    publishNewFile(resolve(target), (temporary) => writeSnapshot(database, temporary));
  } finally {
    database.close();
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
