import Database from 'better-sqlite3';
import { MintmarkError, type ProblemCode } from '../problem.ts';

/** Whether SQLite notices it or we do. */
export const DATABASE_MOVED =
  'mintmark.db was moved or deleted while it was in use: put it back and start the daemon anew';

/** By SQLite result code, the longest prefix first: extended codes refine primary ones (sqlite.org/rescode.html). */
const CODES: readonly (readonly [prefix: string, code: ProblemCode, detail: string])[] = [
  ['SQLITE_FULL', 'storage_full', 'The disk is full: nothing was written. Reading and verifying go on'],
  // The index of the write-ahead log could not grow: the file system is full before the log itself is.
  ['SQLITE_IOERR_SHMSIZE', 'storage_full', 'The disk is full: nothing was written. Reading and verifying go on'],
  ['SQLITE_READONLY_DBMOVED', 'database_unavailable', DATABASE_MOVED],
  // Ours never has a journal of this kind beside it.
  ['SQLITE_READONLY_ROLLBACK', 'database_corrupt', 'Another program was cut off while it wrote to mintmark.db'],
  ['SQLITE_READONLY', 'storage_readonly', 'The state directory cannot be written'],
  ['SQLITE_BUSY', 'database_busy', 'Another process holds the database: try again'],
  ['SQLITE_LOCKED', 'database_busy', 'Another process holds the database: try again'],
  ['SQLITE_CORRUPT', 'database_corrupt', 'The database is damaged: put a backup back with `mintmark restore`'],
  ['SQLITE_NOTADB', 'database_corrupt', 'The file is not a database: put a backup back with `mintmark restore`'],
  ['SQLITE_CANTOPEN', 'database_unavailable', 'The database cannot be opened'],
  ['SQLITE_PERM', 'storage_readonly', 'The state directory cannot be written'],
  ['SQLITE_IOERR', 'database_unavailable', 'The disk reports an error'],
];

/** By the constraint that SQLite names in its message; the schema's own names, so not a guess about prose. */
const CONSTRAINTS: readonly (readonly [name: string, code: ProblemCode])[] = [
  ['issuers.slug', 'issuer_exists'],
  ['keys.issuer_id, keys.kid', 'key_exists'],
  ['keys.issuer_id', 'key_state'],
];

/** What callers see of an error that SQLite raised; any other error is handed back as it is. */
export function translateSqliteError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const row = CODES.find(([prefix]) => error.code.startsWith(prefix));
  if (row !== undefined) return new MintmarkError(row[1], `${row[2]} (${error.code})`, { cause: error });
  if (error.code === 'SQLITE_CONSTRAINT_UNIQUE') {
    const unique = CONSTRAINTS.find(([name]) => error.message.endsWith(`: ${name}`));
    if (unique !== undefined) return new MintmarkError(unique[1], undefined, { cause: error });
  }
  return new MintmarkError('internal', `The database refused a statement (${error.code})`, { cause: error });
}

/**
 * Did the disk itself fail? After a failed write or fsync nobody knows what is on it, and a second fsync may report
 * success for lost pages: writing stops until a restart has read everything anew.
 */
export function isDiskFault(error: unknown): boolean {
  const cause = error instanceof MintmarkError ? error.cause : error;
  return (
    cause instanceof Database.SqliteError &&
    cause.code.startsWith('SQLITE_IOERR') &&
    cause.code !== 'SQLITE_IOERR_SHMSIZE'
  );
}

/** Runs `call` with SQLite's errors translated. */
export function guardSqlite<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw translateSqliteError(error);
  }
}
