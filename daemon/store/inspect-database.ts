import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { MintmarkError } from '../problem.ts';
import { createMetaTable } from './meta-table.ts';
import { APPLICATION_ID, MIGRATIONS, readUserVersion, refuseNewer } from './migrations.ts';
import type { WrappedKey } from './rows.ts';
import { type Connection, openForReading } from './sqlite.ts';
import { guardSqlite, translateSqliteError } from './sqlite-fault.ts';

/** What lies in a database before anything of it is changed. */
export interface DatabaseState {
  readonly version: number;
  /** null when a crash came between the first schema and the first master key. */
  readonly check: WrappedKey | null;
  readonly kekIds: readonly string[];
  /** A crash left a write-ahead log, and that log is gone: the newest commits are lost. */
  readonly isLogMissing: boolean;
}

/** Up to this size a database is checked at every start (50 ms per 100 MB); a larger one only after a crash. */
const ALWAYS_CHECKED_BYTES = 256 * 1024 * 1024;

/**
 * Looks at a database that nobody uses, without changing a byte of it.
 *
 * @param known the newest schema that this program knows
 * @returns null when there is nothing yet: no file, an empty one, or one whose first schema never came to be
 * @throws MintmarkError `database_newer`, `database_foreign`, `database_corrupt`
 */
export function inspectDatabase(path: string, known: number = MIGRATIONS.length): DatabaseState | null {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return null;
  const hasLog = existsSync(`${path}-wal`);
  // Before SQLite opens the file: closing another handle of it would drop SQLite's locks (POSIX).
  const ownInstance = readOwnInstance(path);
  const database = openForReading(path);
  try {
    return guardSqlite(() => {
      if (isUntouched(database)) return null;
      const version = requireKnownSchema(database, known);
      const meta = createMetaTable(database);
      if (ownInstance !== null) refuseForeignLog(ownInstance, meta.readInstance());
      const isClosed = meta.readClosed();
      if (!isClosed || size <= ALWAYS_CHECKED_BYTES) requireSound(database);
      return { version, check: meta.readCheck(), kekIds: readKekIds(database), isLogMissing: !isClosed && !hasLog };
    });
  } finally {
    database.close();
    if (!hasLog) removeEmptyLog(path);
  }
}

function requireKnownSchema(database: Connection, known: number): number {
  const version = readUserVersion(database);
  if (version === 0 || database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new MintmarkError('database_foreign', 'mintmark.db belongs to another program. Nothing was changed');
  }
  if (version > known) throw refuseNewer(version, known);
  return version;
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

/** @throws MintmarkError `database_corrupt` when pages contradict each other */
function requireSound(database: Connection): void {
  let first: unknown;
  try {
    first = database.pragma('quick_check(1)', { simple: true });
  } catch (error) {
    throw translateSqliteError(error);
  }
  if (first !== 'ok') {
    throw new MintmarkError(
      'database_corrupt',
      'mintmark.db is damaged: put a backup back with `mintmark restore`. Nothing was changed',
    );
  }
}

function readKekIds(database: Connection): string[] {
  return database.prepare<[], string>('SELECT DISTINCT kek_id FROM keys WHERE kek_id IS NOT NULL').pluck().all();
}
