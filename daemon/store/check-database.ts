import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readDatabaseState } from './database-state.ts';
import { openForReading, readSqliteVersion } from './sqlite.ts';
import { guardSqlite } from './sqlite-fault.ts';
import { STATE_FILES } from './state-directory.ts';

export interface DatabaseReport {
  readonly instance: string;
  readonly schema: number;
  readonly sqliteVersion: string;
  readonly bytes: number;
  /** In SQLite's words, at most 100; empty when all is well. */
  readonly problems: readonly string[];
}

/**
 * Examines the database of a state directory thoroughly and read-only, also beside a running daemon.
 *
 * @throws MintmarkError `database_foreign`, `database_newer`, `database_corrupt` when it cannot even be read,
 *   `database_unavailable` when it is not there
 */
export function checkDatabase(directory: string): DatabaseReport {
  const path = join(directory, STATE_FILES.database);
  const database = openForReading(path);
  try {
    return guardSqlite(() => {
      const { instance, version } = readDatabaseState(database);
      const found = database.prepare<[], string>('PRAGMA integrity_check').pluck().all();
      const orphans = database.prepare<[], string>('SELECT "table" FROM pragma_foreign_key_check').pluck().all();
      return {
        instance,
        schema: version,
        sqliteVersion: readSqliteVersion(database),
        bytes: statSync(path).size,
        problems: [
          ...found.filter((line) => line !== 'ok'),
          ...[...new Set(orphans)].map((table) => `a row of ${table} refers to one that is not there`),
        ],
      };
    });
  } finally {
    database.close();
  }
}
