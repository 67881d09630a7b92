import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { backupDatabase } from '../../../daemon/store/backup.ts';
import { checkDatabase } from '../../../daemon/store/check-database.ts';
import { openMasterKeyRing, readMasterKeyFile } from '../../../daemon/store/master-key-file.ts';
import { restoreDatabase } from '../../../daemon/store/restore.ts';
import { ANY_ISSUERS, addToken, codeOf, makeHome, NOW, openTestStore, readBytes, seedIssuer } from './fixtures.ts';

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

/** Rows that nobody vouches for, by what is said of them. */
const ROW_ALTERATIONS = {
  'Row 1 of issuers: options is damaged JSON': "UPDATE issuers SET options = 'x'",
  'Row 1 of issuers: options holds something that is no text': `UPDATE issuers SET options = '{"__proto__":{"x":1}}'`,
  'Row 1 of issuers: a time is out of range': 'UPDATE issuers SET created_at = 8640000000000001',
  'Row 2 of issuers: it has no key that signs': `INSERT INTO issuers (slug, platform, alg, token_ttl_seconds, created_at)
    VALUES ('keyless', 'generic', 'RS256', 60, 0)`,
  'Row 1 of tokens: claims is damaged JSON': "UPDATE tokens SET claims = ''",
  'Row 1 of tokens: claims is no JSON object': "UPDATE tokens SET claims = '[]'",
  'Row 1 of tokens: a time is out of range': 'UPDATE tokens SET expires_at = 9e15',
  "Row 1 of tokens: its key is another issuer's": `INSERT INTO issuers (slug, platform, alg, token_ttl_seconds,
    created_at, deleted_at) VALUES ('other', 'generic', 'RS256', 60, 0, 0); UPDATE tokens SET issuer_id = 2`,
  'Row 1 of tokens: it refers to a row of keys that is not there': 'UPDATE tokens SET key_id = 7',
  'Row 1 of events: detail is damaged JSON': "UPDATE events SET detail = '{'",
  'Row 1 of events: a time is out of range': 'UPDATE events SET at = 9e18',
} as const;

let home = '';
let backup = '';
beforeEach(async () => {
  home = makeHome();
  backup = join(dirname(home), 'backup.db');
  const store = await openTestStore(home);
  seedIssuer(store);
  addToken(store, 'early');
  store.close();
  backupDatabase(home, backup);
});

function alter(path: string, sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

/** Takes the guards of records away, and puts them back word for word. */
function alterRows(path: string, sql: string): void {
  const database = new Database(path);
  const guards = database
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  database.pragma('foreign_keys = OFF');
  for (const { name } of guards) database.exec(`DROP TRIGGER ${name}`);
  database.exec(sql);
  for (const { sql: guard } of guards) database.exec(guard);
  database.close();
}

describe('a database that another program altered', () => {
  it.each(Object.entries({ ...ALTERATIONS, ...KEY_ALTERATIONS }))('is no backup: %s', async (_, sql) => {
    alter(backup, sql);
    const before = readBytes(join(home, 'mintmark.db'));
    expect(await codeOf(() => restoreDatabase(home, backup, { ...ANY_ISSUERS, nowMs: NOW }))).toBe('backup_invalid');
    expect(readBytes(join(home, 'mintmark.db'))).toEqual(before);
  });

  it.each(Object.entries(ROW_ALTERATIONS))('is no backup, and the refusal names the row: %s', async (fault, sql) => {
    alterRows(backup, sql);
    const before = readBytes(join(home, 'mintmark.db'));
    await expect(restoreDatabase(home, backup, { ...ANY_ISSUERS, nowMs: NOW })).rejects.toMatchObject({
      code: 'backup_invalid',
      message: `The backup cannot be used. ${fault}`,
    });
    expect(readBytes(join(home, 'mintmark.db'))).toEqual(before);
  });

  it.each(Object.entries(ROW_ALTERATIONS))('is not sound: %s', (fault, sql) => {
    alterRows(join(home, 'mintmark.db'), sql);
    expect(checkDatabase(home, ANY_ISSUERS).problems).toEqual([fault]);
  });

  it('is not sound where the master key does not vouch for a key', async () => {
    alter(join(home, 'mintmark.db'), KEY_ALTERATIONS['a longer life']);
    const file = await readMasterKeyFile(home);
    const ring = file && openMasterKeyRing(home, file);
    expect(checkDatabase(home, { ...ANY_ISSUERS, ring }).problems).toEqual([
      'The record of key k1 was altered by another program',
    ]);
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

  it('has no key changed over an altered record, which would vouch for it', async () => {
    const store = await openTestStore(home);
    alter(join(home, 'mintmark.db'), KEY_ALTERATIONS['a longer life']);
    const retire = () => store.transaction(() => store.keys.update(1, { state: 'retiring', retiringAt: NOW }));
    expect(await codeOf(retire)).toBe('database_corrupt');
    expect(await codeOf(() => store.keys.byIssuer(1))).toBe('database_corrupt');
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
