import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, expect, it } from 'vitest';
import { inspectDatabase } from '../../../daemon/store/inspect-database.ts';
import { MIGRATIONS, type Migration, migrateDatabase, readUserVersion } from '../../../daemon/store/migrations.ts';
import { openForWriting } from '../../../daemon/store/sqlite.ts';
import { atEnd, codeOf, makeHome, openTestStore, readBytes, seedIssuer } from './fixtures.ts';

const addColumn: Migration = (database) => void database.exec('ALTER TABLE issuers ADD COLUMN note TEXT');
const fail: Migration = (database) => {
  database.exec('CREATE TABLE half (a); DROP TABLE events');
  throw new Error('killed here');
};

let home = '';
let path = '';
beforeEach(async () => {
  home = makeHome();
  path = join(home, 'mintmark.db');
  const store = await openTestStore(home);
  seedIssuer(store);
  store.close();
});

function openRaw() {
  const database = openForWriting(path);
  atEnd(() => database.close());
  return database;
}

it('move an older database forward and keep a copy of it as it was', () => {
  const database = openRaw();
  migrateDatabase(database, { directory: home }, [...MIGRATIONS, addColumn]);
  expect(readUserVersion(database)).toBe(MIGRATIONS.length + 1);
  expect(database.prepare('SELECT slug, note FROM issuers').all()).toEqual([{ slug: 'default', note: null }]);
  const copy = new Database(join(home, `mintmark.db.before-v${MIGRATIONS.length + 1}`), { readonly: true });
  atEnd(() => copy.close());
  expect(readUserVersion(copy)).toBe(MIGRATIONS.length);
  expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(copy.prepare('SELECT slug FROM issuers').all()).toEqual([{ slug: 'default' }]);
});

it('do nothing to a database that is up to date', () => {
  const before = readBytes(path);
  const database = openRaw();
  migrateDatabase(database, { directory: home });
  database.close();
  expect(readBytes(path).equals(before)).toBe(true);
  expect(readdirSync(home).filter((name) => name.includes('before'))).toEqual([]);
});

it('take a step back as a whole when it throws, and go on from there the next time', () => {
  const database = openRaw();
  expect(() => migrateDatabase(database, { directory: home }, [...MIGRATIONS, addColumn, fail])).toThrow('killed here');
  expect(readUserVersion(database)).toBe(MIGRATIONS.length + 1);
  expect(database.prepare("SELECT name FROM sqlite_schema WHERE name IN ('half', 'events')").pluck().all()).toEqual([
    'events',
  ]);
  migrateDatabase(database, { directory: home }, [...MIGRATIONS, addColumn, addColumn2]);
  expect(readUserVersion(database)).toBe(MIGRATIONS.length + 2);
});
const addColumn2: Migration = (database) => void database.exec('ALTER TABLE issuers ADD COLUMN remark TEXT');

it('refuse a newer database and leave every byte of it', async () => {
  const database = openRaw();
  database.pragma(`user_version = ${MIGRATIONS.length + 1}`);
  database.close();
  const before = [readdirSync(home), readBytes(path)];
  expect(await codeOf(() => openTestStore(home))).toBe('database_newer');
  expect([readdirSync(home), readBytes(path)]).toEqual(before);
});

it('refuse a newer database whose newest version is still in its log', async () => {
  const database = openRaw();
  database.pragma(`user_version = ${MIGRATIONS.length + 1}`);
  const before = readBytes(path);
  expect(await codeOf(() => inspectDatabase(path))).toBe('database_newer');
  expect(readBytes(path).equals(before)).toBe(true);
});

it.each([
  ['without a version', 'PRAGMA user_version = 0'],
  ['of another application', 'PRAGMA application_id = 1'],
])('refuse a database %s and leave every byte of it', async (_name, pragma) => {
  const database = openRaw();
  database.exec(pragma);
  database.close();
  const before = readBytes(path);
  expect(await codeOf(() => openTestStore(home))).toBe('database_foreign');
  expect(readBytes(path).equals(before)).toBe(true);
});
