import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { backupDatabase } from '../../../daemon/store/backup.ts';
import { restoreDatabase } from '../../../daemon/store/restore.ts';
import { codeOf, makeHome, NOW, openTestStore, readBytes, seedIssuer } from './fixtures.ts';

/** What somebody who can write the file, but has no master key, might do to it. */
const ALTERATIONS = {
  'a trigger that undoes a revocation': `CREATE TRIGGER evil AFTER UPDATE ON keys WHEN new.state = 'revoked'
    BEGIN UPDATE keys SET state = 'retiring' WHERE id = new.id; END`,
  'a table of its own': 'CREATE TABLE evil (id INTEGER)',
  'a missing trigger': 'DROP TRIGGER events_kept',
  'another view of who it is': `DROP VIEW instance; CREATE VIEW instance AS
    WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT max(id) AS id FROM n`,
} as const;

const KEY_ALTERATIONS = {
  'a planted key': `INSERT INTO keys (issuer_id, kid, alg, state, public_jwk, created_at, mac)
    VALUES (1, 'evil', 'ES256', 'retiring', '{"kty":"EC"}', 0, zeroblob(32))`,
  "another key's record in its name": `INSERT INTO keys (issuer_id, kid, alg, state, public_jwk, created_at, mac)
    SELECT issuer_id, 'evil', alg, 'retiring', public_jwk, created_at, mac FROM keys WHERE id = 1`,
  'another public key': `UPDATE keys SET public_jwk = '{"kty":"EC","x":"evil"}' WHERE id = 1`,
  'a longer life': 'UPDATE keys SET verifies_until = 9e15 WHERE id = 1',
  'another time to sign': 'UPDATE keys SET signs_from = 1 WHERE id = 1',
  'no JSON': `UPDATE keys SET public_jwk = '{' WHERE id = 1`,
} as const;

let home = '';
let backup = '';
beforeEach(async () => {
  home = makeHome();
  backup = join(dirname(home), 'backup.db');
  const store = await openTestStore(home);
  seedIssuer(store);
  store.close();
  backupDatabase(home, backup);
});

function alter(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

describe('a database that another program altered', () => {
  it.each(Object.entries({ ...ALTERATIONS, ...KEY_ALTERATIONS }))('is no backup: %s', async (_, sql) => {
    alter(backup, sql);
    const before = readBytes(join(home, 'mintmark.db'));
    expect(await codeOf(() => restoreDatabase(home, backup, { nowMs: NOW }))).toBe('backup_invalid');
    expect(readBytes(join(home, 'mintmark.db'))).toEqual(before);
  });

  it.each(Object.entries(ALTERATIONS))('is not opened: %s', async (_, sql) => {
    alter(join(home, 'mintmark.db'), sql);
    expect(await codeOf(() => openTestStore(home))).toBe('database_corrupt');
  });

  it.each(Object.entries(KEY_ALTERATIONS))('gives no keys: %s', async (_, sql) => {
    alter(join(home, 'mintmark.db'), sql);
    const store = await openTestStore(home);
    expect(await codeOf(() => store.keys.byIssuer(1))).toBe('database_corrupt');
    store.close();
  });

  it.each(Object.entries(KEY_ALTERATIONS))('gives no keys, also when they were read before: %s', async (_, sql) => {
    const store = await openTestStore(home);
    const before = store.keys.byIssuer(1);
    alter(join(home, 'mintmark.db'), sql);
    expect(await codeOf(() => store.keys.byIssuer(1))).toBe('database_corrupt');
    expect(before[0]).toMatchObject({ kid: 'k1', state: 'active' });
    store.close();
  });

  it('is believed again after a rotation of the master key authenticated every record anew', async () => {
    const store = await openTestStore(home);
    store.vault.rotate(NOW);
    store.close();
    const reopened = await openTestStore(home);
    expect(reopened.keys.byIssuer(1)).toHaveLength(1);
    reopened.close();
  });
});
