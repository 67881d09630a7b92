import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { MintmarkError } from '../problem.ts';
import { type DatabaseState, readDatabaseState, requireSound } from './database-state.ts';
import { readUserVersion } from './migrations.ts';
import { type Connection, openForReading } from './sqlite.ts';
import { guardSqlite } from './sqlite-fault.ts';

/** Up to this size a database is checked at every start (50 ms per 100 MB); a larger one only after a crash. */
const ALWAYS_CHECKED_BYTES = 256 * 1024 * 1024;

export interface InspectedDatabase extends DatabaseState {
  /** A crash left a write-ahead log, and that log is gone: the newest commits are lost. */
  readonly isLogMissing: boolean;
}

/**
 * Looks at a database that nobody uses (the state lock is held), without changing a byte of it.
 *
 * @returns null when there is nothing yet: no file, an empty one, or one whose first schema never came to be
 * @throws MintmarkError `database_newer`, `database_foreign`, `database_corrupt`
 */
export function inspectDatabase(path: string): InspectedDatabase | null {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return null;
  const hasLog = existsSync(`${path}-wal`);
  // Before SQLite opens the file: closing another handle of it would drop SQLite's locks (POSIX).
  const ownInstance = readOwnInstance(path);
  const database = openForReading(path);
  try {
    return guardSqlite(() => {
      if (isUntouched(database)) return null;
      const state = readDatabaseState(database);
      if (ownInstance !== null) refuseForeignLog(ownInstance, state.instance);
      if (!state.isClosed || size <= ALWAYS_CHECKED_BYTES) requireSound(database, 'quick_check');
      return { ...state, isLogMissing: !state.isClosed && !hasLog };
    });
  } finally {
    database.close();
    if (!hasLog) removeEmptyLog(path);
  }
}

function isUntouched(database: Connection): boolean {
  const tables = database.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get();
  return tables === 0 && readUserVersion(database) === 0 && database.pragma('application_id', { simple: true }) === 0;
}

/** A log does not say whose it is. Where it changes who the database is, it came from another one. */
function refuseForeignLog(own: string, withLog: string): void {
  if (own !== withLog) {
    throw new MintmarkError('database_corrupt', 'mintmark.db-wal belongs to another database. Nothing was changed');
  }
}

/** The instance as the first page of the file has it, whatever the log says; null where it does not say. */
function readOwnInstance(path: string): string | null {
  const page = Buffer.alloc(8_192);
  const file = openSync(path, 'r');
  try {
    readSync(file, page, 0, page.length, 0);
  } finally {
    closeSync(file);
  }
  return /CREATE VIEW instance AS SELECT '([0-9a-f-]{36})'/.exec(page.toString('latin1'))?.[1] ?? null;
}

/** Reading made them; the next look must still see that there was no log. */
function removeEmptyLog(path: string): void {
  if (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size !== 0) return;
  rmSync(`${path}-wal`);
  rmSync(`${path}-shm`, { force: true });
}
