import { statSync } from 'node:fs';
import { join } from 'node:path';
import { MintmarkError } from '../problem.ts';
import { readDatabaseState } from './database-state.ts';
import { MIGRATIONS } from './migrations.ts';
import { type RowRules, requireRows } from './require-rows.ts';
import { type Connection, openForReading, readSqliteVersion } from './sqlite.ts';
import { guardSqlite } from './sqlite-fault.ts';
import { STATE_FILES } from './state-directory.ts';

export interface DatabaseReport {
  readonly instance: string;
  readonly schema: number;
  readonly sqliteVersion: string;
  readonly bytes: number;
  /** In SQLite's words, at most 100, or the first row that no daemon could do with; empty when all is well. */
  readonly problems: readonly string[];
}

/**
 * Examines the database of a state directory thoroughly and read-only, also beside a running daemon. Rows of an older
 * schema are left to the start that brings them forward.
 *
 * @throws MintmarkError `database_foreign`, `database_newer`, `database_corrupt` when it cannot even be read,
 *   `database_unavailable` when it is not there
 */
export function checkDatabase(directory: string, rules: RowRules): DatabaseReport {
  const path = join(directory, STATE_FILES.database);
  const database = openForReading(path);
  try {
    return guardSqlite(() => {
      const { instance, version } = readDatabaseState(database);
      const found = database.prepare<[], string>('PRAGMA integrity_check').pluck().all();
      const isSound = found.every((line) => line === 'ok');
      return {
        instance,
        schema: version,
        sqliteVersion: readSqliteVersion(database),
        bytes: statSync(path).size,
        problems: isSound ? (version === MIGRATIONS.length ? findBadRow(database, rules) : []) : found,
      };
    });
  } finally {
    database.close();
  }
}

function findBadRow(database: Connection, rules: RowRules): readonly string[] {
  try {
    requireRows(database, rules);
    return [];
  } catch (error) {
    if (error instanceof MintmarkError && error.code === 'database_corrupt') return [error.message];
    throw error;
  }
}
