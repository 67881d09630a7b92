import Database from 'better-sqlite3';
import { MintmarkError } from '../problem.ts';
import { findNativeBinding } from './native-binding.ts';
import { guardSqlite } from './sqlite-fault.ts';

export type Connection = Database.Database;

/** How long a statement waits for another process's lock, ms. */
export const BUSY_TIMEOUT_MS = 5_000;

/**
 * 1 KB token rows fill 8 KiB pages best: 1.31 bytes on disk per byte of claims, against 1.50 with 4 KiB pages; larger
 * pages save nothing more and write more per commit.
 */
const PAGE_SIZE = 8_192;

// esbuild gives the bundle's own folder; running from sources there is no `native` beside this file.
const nativeBinding = typeof __dirname === 'string' ? findNativeBinding(__dirname) : undefined;

function connect(path: string, options: Database.Options): Connection {
  return new Database(path, nativeBinding === undefined ? options : { ...options, nativeBinding });
}

/**
 * The one way to a database that is written. Every setting is made on every open: a reopened WAL database would else
 * silently run with synchronous=NORMAL and lose acknowledged commits.
 *
 * @param path of an existing file (`createPrivateFile`), so that SQLite never creates one with the umask's mode, or
 *   `:memory:`
 * @throws MintmarkError as `translateSqliteError` says; `sqlite_too_old`
 */
export function openForWriting(path: string): Connection {
  return guardSqlite(() => {
    const database = connect(path, { fileMustExist: path !== ':memory:', timeout: BUSY_TIMEOUT_MS });
    try {
      requireSqliteVersion(readSqliteVersion(database));
      applySettings(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function applySettings(database: Connection): void {
  database.pragma(`page_size = ${PAGE_SIZE}`); // heard only by a database that is still empty
  const journal = switchToLog(database);
  if (journal !== (database.memory ? 'memory' : 'wal')) {
    throw new MintmarkError(
      'database_unavailable',
      'The file system does not support a write-ahead log: keep the state on a local disk (--home)',
    );
  }
  database.pragma('synchronous = FULL');
  if (database.pragma('synchronous', { simple: true }) !== 2) {
    throw new MintmarkError('database_unavailable', 'SQLite does not keep synchronous=FULL');
  }
  database.pragma('foreign_keys = ON');
  database.pragma('trusted_schema = OFF');
  database.pragma('cell_size_check = ON');
  database.pragma('secure_delete = ON');
  database.pragma('mmap_size = 0');
  database.pragma('temp_store = MEMORY');
  // Checkpoints are the checkpointer's business: they must not stall the loop.
  database.pragma('wal_autocheckpoint = 0');
}

/**
 * A copy, such as a restored backup, becomes a database with a write-ahead log by one write of its first page, whose
 * few changed bytes share a sector. With a journal on the disk, whoever is killed at it would leave a database that
 * cannot be looked at before it is changed, which the next start refuses.
 */
function switchToLog(database: Connection): unknown {
  if (database.pragma('journal_mode', { simple: true }) !== 'wal') database.pragma('journal_mode = MEMORY');
  return database.pragma('journal_mode = WAL', { simple: true });
}

/** A connection that changes nothing and works beside a running daemon. */
export function openForReading(path: string): Connection {
  return guardSqlite(() => {
    const database = connect(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    database.pragma('trusted_schema = OFF');
    database.pragma('cell_size_check = ON');
    return database;
  });
}

/** A fresh copy that nobody else knows yet: made durable as a whole afterwards, it needs no journal on the disk. */
export function openSnapshot(path: string): Connection {
  return guardSqlite(() => {
    const database = connect(path, { fileMustExist: true });
    database.pragma('journal_mode = MEMORY');
    return database;
  });
}

/** A second connection beside the one that writes, for the checkpoint thread. */
export function openForCheckpoints(path: string): Connection {
  return guardSqlite(() => {
    const database = connect(path, { fileMustExist: true, timeout: 0 });
    database.pragma('synchronous = FULL');
    database.pragma('wal_autocheckpoint = 0');
    return database;
  });
}

/** A connection that exists for its lock only: waits at most `timeoutMs` for it. */
export function openForLocking(path: string, timeoutMs: number): Connection {
  return guardSqlite(() => connect(path, { fileMustExist: true, timeout: timeoutMs }));
}

export function readSqliteVersion(database: Connection): string {
  return database.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '';
}

/**
 * Below 3.51.3 a checkpoint that resets the log while another connection writes can corrupt the database
 * (sqlite.org/wal.html, "The WAL-Reset Bug").
 *
 * @throws MintmarkError `sqlite_too_old`
 */
export function requireSqliteVersion(version: string): void {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const number = major * 1_000_000 + minor * 1_000 + patch;
  if (!(number >= 3_051_003)) {
    throw new MintmarkError(
      'sqlite_too_old',
      `SQLite ${version || 'of unknown version'} is older than 3.51.3: install Mintmark anew`,
    );
  }
}
