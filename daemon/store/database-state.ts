import { MintmarkError } from '../problem.ts';
import { createMetaTable } from './meta-table.ts';
import { APPLICATION_ID, MIGRATIONS, readUserVersion, refuseNewer } from './migrations.ts';
import { requireOwnSchema } from './own-schema.ts';
import type { WrappedKey } from './rows.ts';
import type { Connection } from './sqlite.ts';

/** What a database says about itself. */
export interface DatabaseState {
  readonly version: number;
  /** Random id of the database. */
  readonly instance: string;
  /** By which the database knows its master key; null when a crash came before the first one. */
  readonly check: WrappedKey | null;
  /** Ids of the key-encryption keys that wrapped something in it. */
  readonly kekIds: readonly string[];
  /** Was it closed in order, or copied, since it was last written? */
  readonly isClosed: boolean;
}

/** @throws MintmarkError `database_foreign`, `database_newer`, `database_corrupt`; SQLite's own errors */
export function readDatabaseState(database: Connection): DatabaseState {
  const version = readUserVersion(database);
  if (version === 0 || database.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new MintmarkError('database_foreign', 'It is the database of another program. Nothing was changed');
  }
  if (version > MIGRATIONS.length) throw refuseNewer(version, MIGRATIONS.length);
  // Before anything is read through a view that somebody else may have written.
  requireOwnSchema(database, version);
  const meta = createMetaTable(database);
  return {
    version,
    instance: meta.readInstance(),
    check: meta.readCheck(),
    kekIds: database.prepare<[], string>('SELECT DISTINCT kek_id FROM keys WHERE kek_id IS NOT NULL').pluck().all(),
    isClosed: meta.readClosed(),
  };
}

/**
 * Finds pages that contradict each other. `quick_check` reads every page once; `integrity_check` also holds each index
 * against its table, about twice the time.
 *
 * @throws MintmarkError `database_corrupt`
 */
export function requireSound(database: Connection, check: 'quick_check' | 'integrity_check'): void {
  if (database.pragma(`${check}(1)`, { simple: true }) !== 'ok') {
    throw new MintmarkError(
      'database_corrupt',
      'The database is damaged: put a backup back with `mintmark restore`. Nothing was changed',
    );
  }
}
