import { MintmarkError } from '../problem.ts';
import { parseObject } from './json-column.ts';
import type { RowMac } from './row-mac.ts';
import type { KeyRow, WrappedKey } from './rows.ts';
import type { Connection } from './sqlite.ts';
import { prepareCommand, prepareQuery } from './statement.ts';
import type { KeyRepository } from './store.ts';

type StoredKey = Omit<KeyRow, 'publicJwk' | 'hasPrivate'> & { publicJwk: string; hasPrivate: 0 | 1; mac: Buffer };
type Instant = number | null;

const COLUMNS = `id, issuer_id AS issuerId, kid, alg, state, public_jwk AS publicJwk, created_at AS createdAt,
  activated_at AS activatedAt, retiring_at AS retiringAt, verifies_until AS verifiesUntil, retired_at AS retiredAt,
  revoked_at AS revokedAt, signs_from AS signsFrom, sealed IS NOT NULL AS hasPrivate, mac`;

/**
 * @param rowMac vouches for every row that is read: one that was altered by other means is `database_corrupt`
 * @param onDestroyed told inside the transaction in which a private half goes
 */
export function createKeyRepository(database: Connection, rowMac: RowMac, onDestroyed: () => void): KeyRepository {
  const insert = prepareCommand<
    [
      number,
      string,
      string,
      string,
      string,
      number,
      Instant,
      Instant,
      Instant,
      Instant,
      Instant,
      Instant,
      string,
      Buffer,
      Buffer,
    ]
  >(
    database,
    `INSERT INTO keys (issuer_id, kid, alg, state, public_jwk, created_at, activated_at, retiring_at, verifies_until,
       retired_at, revoked_at, signs_from, kek_id, sealed, mac)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = prepareCommand<[string, Instant, Instant, Instant, Instant, Instant, Instant, Buffer, number]>(
    database,
    `UPDATE keys SET state = ?, activated_at = ?, retiring_at = ?, verifies_until = ?, retired_at = ?, revoked_at = ?,
       signs_from = ?, mac = ?
     WHERE id = ?`,
  );
  const wrapped = prepareQuery<[number], WrappedKey>(
    database,
    'SELECT kek_id AS kekId, sealed FROM keys WHERE id = ? AND sealed IS NOT NULL',
  );
  const replaceWrapped = prepareCommand<[string, Buffer, number]>(
    database,
    'UPDATE keys SET kek_id = ?, sealed = ? WHERE id = ? AND sealed IS NOT NULL',
  );
  const destroyPrivate = prepareCommand<[number]>(
    database,
    'UPDATE keys SET kek_id = NULL, sealed = NULL WHERE id = ?',
  );
  const byId = prepareQuery<[number], StoredKey>(database, `SELECT ${COLUMNS} FROM keys WHERE id = ?`);
  const byIssuer = prepareQuery<[number], StoredKey>(
    database,
    `SELECT ${COLUMNS} FROM keys WHERE issuer_id = ? ORDER BY id`,
  );
  const all = prepareQuery<[], StoredKey>(database, `SELECT ${COLUMNS} FROM keys ORDER BY id`);
  const authenticate = prepareCommand<[Buffer, number]>(database, 'UPDATE keys SET mac = ? WHERE id = ?');
  const known = new Map<number, { readonly stored: StoredKey; readonly row: KeyRow }>();
  /** A record that says what it said when it was vouched for is the same row, also as an object. */
  const readRow = (stored: StoredKey): KeyRow => {
    const before = known.get(stored.id);
    if (before !== undefined && isSameRecord(before.stored, stored)) return before.row;
    const row = readKey(rowMac, stored);
    known.set(stored.id, { stored, row });
    return row;
  };

  return {
    insert(row, { kekId, sealed }) {
      const publicJwk = JSON.stringify(row.publicJwk);
      return insert.run(
        row.issuerId,
        row.kid,
        row.alg,
        row.state,
        publicJwk,
        row.createdAt,
        row.activatedAt,
        row.retiringAt,
        row.verifiesUntil,
        row.retiredAt,
        row.revokedAt,
        row.signsFrom,
        kekId,
        sealed,
        rowMac.make(listContent({ ...row, publicJwk })),
      ).rowId;
    },
    update(id, change) {
      const row = byId.get(id);
      if (row === undefined) throw new MintmarkError('key_not_found');
      requireAuthentic(rowMac, row);
      const next = { ...row, ...change };
      const { state, activatedAt, retiringAt, verifiesUntil, retiredAt, revokedAt, signsFrom } = next;
      const mac = rowMac.make(listContent(next));
      update.run(state, activatedAt, retiringAt, verifiesUntil, retiredAt, revokedAt, signsFrom, mac, id);
    },
    destroyPrivate(id) {
      if (destroyPrivate.run(id).changes === 0) throw new MintmarkError('key_not_found');
      onDestroyed();
    },
    wrapped: (id) => wrapped.get(id),
    replaceWrapped(id, { kekId, sealed }) {
      if (replaceWrapped.run(kekId, sealed, id).changes === 0) throw new MintmarkError('key_not_found');
    },
    byIssuer: (issuerId) => byIssuer.all(issuerId).map(readRow),
    all: () => all.all().map(readRow),
    authenticateAll() {
      known.clear();
      for (const row of all.all()) {
        requireAuthentic(rowMac, row);
        authenticate.run(rowMac.make(listContent(row)), row.id);
      }
    },
  };
}

/**
 * All but the id, which the row does not have before it is there, and the private half, which authenticates itself. A
 * row without `signsFrom` says what it said before there was one: schema 3 changes no row.
 */
function listContent(row: Omit<StoredKey, 'id' | 'hasPrivate' | 'mac'>): readonly unknown[] {
  const { issuerId, kid, alg, state, publicJwk } = row;
  const { createdAt, activatedAt, retiringAt, verifiesUntil, retiredAt, revokedAt, signsFrom } = row;
  const instants = [createdAt, activatedAt, retiringAt, verifiesUntil, retiredAt, revokedAt];
  return ['keys', issuerId, kid, alg, state, publicJwk, ...instants, ...(signsFrom === null ? [] : [signsFrom])];
}

function isSameRecord(a: StoredKey, b: StoredKey): boolean {
  const before = listContent(a);
  const content = listContent(b);
  return (
    a.hasPrivate === b.hasPrivate &&
    a.mac.equals(b.mac) &&
    before.length === content.length &&
    before.every((value, at) => value === content[at])
  );
}

/** @throws MintmarkError `database_corrupt` */
function requireAuthentic(rowMac: RowMac, row: StoredKey): void {
  if (rowMac.holds(listContent(row), row.mac)) return;
  // Miren's own words for what it does not start with.
  const which = row.state === 'retiring' ? ' (loading previous signing key)' : '';
  throw new MintmarkError('database_corrupt', `The record of key ${row.kid} was altered by another program${which}`);
}

function readKey(rowMac: RowMac, row: StoredKey): KeyRow {
  requireAuthentic(rowMac, row);
  const { mac, ...content } = row;
  const publicJwk = parseObject(row.publicJwk, { table: 'keys', row: row.id, column: 'public_jwk' });
  return { ...content, publicJwk, hasPrivate: row.hasPrivate === 1 };
}
