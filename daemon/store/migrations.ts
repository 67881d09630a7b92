import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MintmarkError } from '../problem.ts';
import { publishDurably } from './durable-file.ts';
import { writeSchema1 } from './schema-1.ts';
import { SCHEMA_2 } from './schema-2.ts';
import { SCHEMA_3 } from './schema-3.ts';
import type { Connection } from './sqlite.ts';
import { guardSqlite } from './sqlite-fault.ts';
import { STATE_FILES } from './state-directory.ts';

/** 'MINT', in the header of every database of ours (`PRAGMA application_id`). */
export const APPLICATION_ID = 0x4d494e54;

/** One step forward. It runs inside a transaction and may not end it. */
export type Migration = (database: Connection) => void;

/** The step at index N leads from `user_version` N to N + 1. Steps are never changed once released. */
export const MIGRATIONS: readonly Migration[] = [
  (database) => database.exec(writeSchema1(randomUUID())),
  (database) => database.exec(SCHEMA_2),
  (database) => database.exec(SCHEMA_3),
];

export function readUserVersion(database: Connection): number {
  return Number(database.pragma('user_version', { simple: true }));
}

/**
 * Brings a database to the newest schema, each step in a transaction of its own: a crash or a throw in between leaves
 * the version before it, from which the next start goes on.
 *
 * @param backup where to keep a copy before an existing database is changed; null for one in memory
 * @throws MintmarkError `database_newer`, or as `translateSqliteError` says
 */
export function migrateDatabase(
  database: Connection,
  backup: { directory: string } | null,
  migrations: readonly Migration[] = MIGRATIONS,
): void {
  const from = readUserVersion(database);
  if (from > migrations.length) throw refuseNewer(from, migrations.length);
  if (from === migrations.length) return;
  if (from > 0 && backup !== null) keepCopyBefore(database, backup.directory, from + 1);
  for (const [index, migrate] of migrations.entries()) {
    if (index >= from) applyStep(database, migrate, index + 1);
  }
}

function applyStep(database: Connection, migrate: Migration, version: number): void {
  guardSqlite(() =>
    database
      .transaction(() => {
        migrate(database);
        database.pragma(`application_id = ${APPLICATION_ID}`);
        database.pragma(`user_version = ${version}`);
      })
      .immediate(),
  );
}

/** `mintmark.db.before-v<N>`: the database as the last version that understood it left it. */
function keepCopyBefore(database: Connection, directory: string, version: number): void {
  publishDurably(join(directory, `${STATE_FILES.database}.before-v${version}`), (temporary) => {
    guardSqlite(() => database.prepare('VACUUM INTO ?').run(temporary));
  });
}

export function refuseNewer(found: number, known: number): MintmarkError {
  return new MintmarkError(
    'database_newer',
    `The database has schema ${found}, this version knows ${known}: use the newer version. Nothing was changed`,
  );
}
