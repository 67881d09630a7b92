import { createHash } from 'node:crypto';
import { chmodSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { backupDatabase } from '../../../daemon/store/backup.ts';
import { MIGRATIONS, migrateDatabase, readUserVersion } from '../../../daemon/store/migrations.ts';
import { openMemoryStore } from '../../../daemon/store/open-store.ts';
import { restoreDatabase } from '../../../daemon/store/restore.ts';
import type { RunRow } from '../../../daemon/store/rows.ts';
import { openForWriting } from '../../../daemon/store/sqlite.ts';
import type { Store } from '../../../daemon/store/store.ts';
import { ANY_ISSUERS, codeOf, issuerRow, makeHome, NOW, openTestStore, readBytes, seedIssuer } from './fixtures.ts';

function runRow(name: string, issuerId = 1): Omit<RunRow, 'id' | 'endedAt'> {
  return {
    name,
    issuerId,
    subject: 'repo:acme/widgets:ref:refs/heads/main',
    job: { jobId: 'deploy', options: { a: 'b' } },
    audience: null,
    secretHash: createHash('sha256').update(name).digest(),
    directory: '/runs/1',
    address: null,
    startedAt: NOW,
    expiresAt: NOW + 60_000,
    leaseSeconds: 60,
    leaseUntil: NOW + 60_000,
  };
}

const insertRun = (store: Store, name: string) => store.transaction(() => store.runs.insert(runRow(name)));

describe('runs', () => {
  let store: Store;
  beforeEach(() => {
    store = openMemoryStore(NOW);
    seedIssuer(store);
  });

  it('keep what they were given', () => {
    insertRun(store, 'r1');
    const { job, ...record } = runRow('r1');
    expect(store.runs.byName('r1')).toEqual({ ...record, id: 1, endedAt: null });
    expect(store.runs.live()).toEqual([{ ...record, job, id: 1, endedAt: null }]);
    expect(store.runs.byName('r2')).toBeUndefined();
  });

  it('are renewed until they end, and end once', () => {
    insertRun(store, 'r1');
    expect(store.transaction(() => store.runs.renew('r1', NOW + 90_000))).toBe(true);
    expect(store.runs.live()).toMatchObject([{ name: 'r1', leaseUntil: NOW + 90_000 }]);
    expect(store.transaction(() => store.runs.end('r1', NOW + 1))).toBe(true);
    expect(store.transaction(() => store.runs.end('r1', NOW + 2))).toBe(false);
    expect(store.transaction(() => store.runs.renew('r1', NOW + 120_000))).toBe(false);
    expect(store.runs.live()).toEqual([]);
    expect(store.runs.byName('r1')?.endedAt).toBe(NOW + 1);
  });

  it('are paged from the newest on', () => {
    for (const name of ['r1', 'r2', 'r3']) insertRun(store, name);
    const first = store.runs.page({ limit: 2 });
    expect(first.map(({ name }) => name)).toEqual(['r3', 'r2']);
    expect(store.runs.page({ limit: 2, before: first[1]?.id ?? 0 }).map(({ name }) => name)).toEqual(['r1']);
  });

  it('belong to an issuer that is there, under a name and a secret of their own', async () => {
    const insert = (row: Omit<RunRow, 'id' | 'endedAt'>) =>
      codeOf(() => store.transaction(() => store.runs.insert(row)));
    expect(await insert(runRow('r1', 99))).toBe('internal');
    expect(await insert(runRow('r1'))).toBeNull();
    expect(await insert({ ...runRow('r2'), secretHash: runRow('r1').secretHash })).toBe('internal');
    expect(await insert({ ...runRow('r1'), secretHash: runRow('r2').secretHash })).toBe('internal');
  });

  it('live on through a rotation of the master key', () => {
    insertRun(store, 'r1');
    store.vault.rotate(NOW);
    expect(store.runs.live()).toMatchObject([{ name: 'r1' }]);
  });
});

/** What somebody who can write the file, but has no master key, might do to it. */
const ALTERATIONS = {
  'a planted run': `INSERT INTO runs (name, issuer_id, subject, job, secret_hash, directory, started_at, expires_at,
      lease_seconds, lease_until, mac)
    VALUES ('evil', 1, 's', '{}', randomblob(32), '/', 0, 9e15, 60, 9e15, zeroblob(32))`,
  'another secret': 'UPDATE runs SET secret_hash = randomblob(32)',
  'another directory': `UPDATE runs SET directory = '/elsewhere'`,
  'another address': `UPDATE runs SET address = '10.0.0.9'`,
  'another audience': `UPDATE runs SET audience = '"elsewhere"'`,
  'another subject': `UPDATE runs SET subject = 'elsewhere'`,
  'another job': `UPDATE runs SET job = '{"jobId":"release"}'`,
  'a longer life': 'UPDATE runs SET expires_at = 9e15',
  'a longer lease': 'UPDATE runs SET lease_until = 9e15',
  'a second life': `UPDATE runs SET ended_at = NULL WHERE name = 'over'`,
} as const;

describe('a run that another program altered', () => {
  let home = '';
  beforeEach(async () => {
    home = makeHome();
    const store = await openTestStore(home);
    seedIssuer(store);
    for (const name of ['r1', 'over']) insertRun(store, name);
    store.transaction(() => store.runs.end('over', NOW));
    store.close();
  });

  const alter = (path: string, sql: string) => {
    const database = new Database(path);
    database.exec(sql);
    database.close();
  };

  it.each(Object.entries(ALTERATIONS))('is not believed, but the others are: %s', async (_, sql) => {
    const store = await openTestStore(home);
    alter(join(home, 'mintmark.db'), sql);
    insertRun(store, 'r2');
    const altered = store.runs.altered();
    expect(altered).toHaveLength(1);
    expect(altered).not.toContain('r2');
    expect(store.runs.live().map(({ name }) => name)).toEqual(['r1', 'r2'].filter((name) => !altered.includes(name)));
    expect(await codeOf(() => store.transaction(() => store.runs.renew(altered[0] ?? '', NOW)))).toBe(
      'database_corrupt',
    );
    store.vault.rotate(NOW);
    expect(store.runs.altered()).toEqual(altered);
    expect(store.transaction(() => store.runs.end(altered[0] ?? '', NOW))).toBe(true);
    expect(store.runs.altered()).toEqual([]);
  });

  it('is shown whatever its job was made', async () => {
    const store = await openTestStore(home);
    alter(join(home, 'mintmark.db'), `UPDATE runs SET job = 'none'`);
    expect(store.runs.page({ limit: 5 }).map(({ name }) => name)).toEqual(['over', 'r1']);
    expect(store.runs.byName('r1')).toMatchObject({ subject: runRow('r1').subject });
  });

  it.each(Object.entries(ALTERATIONS))('makes no backup: %s', async (_, sql) => {
    const backup = join(dirname(home), 'backup.db');
    backupDatabase(home, backup);
    alter(backup, sql);
    expect(await codeOf(() => restoreDatabase(home, backup, { ...ANY_ISSUERS, nowMs: NOW }))).toBe('backup_invalid');
  });
});

test('no run that a backup knows as live lives again with it: its secret was taken back meanwhile', async () => {
  const home = makeHome();
  const store = await openTestStore(home);
  seedIssuer(store);
  for (const name of ['r1', 'over']) insertRun(store, name);
  store.transaction(() => store.runs.end('over', NOW));
  const backup = join(dirname(home), 'backup.db');
  backupDatabase(home, backup);
  store.transaction(() => store.runs.end('r1', NOW + 1));
  store.close();
  await restoreDatabase(home, backup, { ...ANY_ISSUERS, nowMs: NOW + 2 });
  const restored = await openTestStore(home);
  expect(restored.runs.hasLive()).toBe(false);
  expect(restored.runs.page({ limit: 5 })).toMatchObject([
    { name: 'over', endedAt: NOW },
    { name: 'r1', endedAt: NOW + 2 },
  ]);
  const database = new Database(join(home, 'mintmark.db'), { readonly: true });
  expect(database.prepare('SELECT DISTINCT length(mac) FROM runs').pluck().all()).toEqual([0]);
  database.close();
});

describe('options of an issuer', () => {
  it('are kept', () => {
    const store = openMemoryStore(NOW);
    const options = { enterprise: 'acme', 'owner-id': '7' };
    const id = store.transaction(() => store.issuers.insert({ ...issuerRow('shop'), options }));
    expect(store.issuers.byId(id)?.options).toEqual(options);
    expect(store.issuers.all()[0]?.options).toEqual(options);
  });
});

describe.each([1, 2])('a database of schema %i', (version) => {
  let home = '';
  beforeEach(async () => {
    home = makeHome();
    const store = await openTestStore(home);
    seedIssuer(store);
    store.close();
    takeBackToSchema(version, join(home, 'mintmark.db'));
  });

  it('is brought forward with its issuers, keys and master key', async () => {
    const store = await openTestStore(home);
    expect(store.issuers.all()).toMatchObject([{ slug: 'default', options: {} }]);
    expect(store.keys.byIssuer(1)).toMatchObject([{ kid: 'k1', state: 'active', signsFrom: null, hasPrivate: true }]);
    insertRun(store, 'r1');
    expect(store.runs.live()).toHaveLength(1);
    const copy = new Database(join(home, `mintmark.db.before-v${version + 1}`), { readonly: true });
    expect(readUserVersion(copy)).toBe(version);
    copy.close();
  });

  it('is backed up as it is, and restored as one of the newest schema', async () => {
    const backup = join(dirname(home), 'backup.db');
    backupDatabase(home, backup);
    await restoreDatabase(home, backup, { ...ANY_ISSUERS, nowMs: NOW });
    const restored = new Database(join(home, 'mintmark.db'), { readonly: true });
    expect(readUserVersion(restored)).toBe(MIGRATIONS.length);
    restored.close();
    const store = await openTestStore(home);
    expect(store.issuers.all()).toMatchObject([{ slug: 'default', options: {} }]);
    expect(store.keys.byIssuer(1)).toMatchObject([{ kid: 'k1', state: 'active' }]);
  });

  it('still says on its first page which database it is, when it is of the newest schema', async () => {
    const store = await openTestStore(home);
    const { instance } = store;
    store.close();
    expect(readBytes(home, 'mintmark.db').subarray(0, 8_192).toString('latin1')).toContain(
      `CREATE VIEW instance AS SELECT '${instance}'`,
    );
  });
});

/** Puts in the place of a database one that the first migrations alone made, with the same rows of the first tables. */
function takeBackToSchema(version: number, path: string): void {
  const source = new Database(path, { readonly: true });
  const tables = ['meta', 'issuers', 'keys'] as const;
  const rows = tables.map((table) => source.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).all());
  source.close();
  const older = openForWriting(':memory:');
  migrateDatabase(older, null, MIGRATIONS.slice(0, version));
  tables.forEach((table, index) => {
    const known = older.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`).all();
    const names = known.map(({ name }) => name);
    const insert = older.prepare(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    );
    for (const row of rows[index] ?? []) insert.run(...names.map((name) => row[name]));
  });
  older.prepare('VACUUM INTO ?').run(`${path}.older`);
  older.close();
  renameSync(`${path}.older`, path);
  chmodSync(path, 0o600);
}
