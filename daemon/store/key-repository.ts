import { MintmarkError } from '../problem.ts';
import { parseObject } from './json-column.ts';
import type { KeyRow, WrappedKey } from './rows.ts';
import type { Connection } from './sqlite.ts';
import { prepareCommand, prepareQuery } from './statement.ts';
import type { KeyRepository } from './store.ts';

type StoredKey = Omit<KeyRow, 'publicJwk' | 'hasPrivate'> & { publicJwk: string; hasPrivate: 0 | 1 };
type Instant = number | null;

const COLUMNS = `id, issuer_id AS issuerId, kid, alg, state, public_jwk AS publicJwk, created_at AS createdAt,
  activated_at AS activatedAt, retiring_at AS retiringAt, verifies_until AS verifiesUntil, retired_at AS retiredAt,
  revoked_at AS revokedAt, sealed IS NOT NULL AS hasPrivate`;

/** @param onDestroyed told inside the transaction in which a private half goes */
export function createKeyRepository(database: Connection, onDestroyed: () => void): KeyRepository {
  const insert = prepareCommand<
    [number, string, string, string, string, number, Instant, Instant, Instant, Instant, Instant, string, Buffer]
  >(
    database,
    `INSERT INTO keys (issuer_id, kid, alg, state, public_jwk, created_at, activated_at, retiring_at, verifies_until,
       retired_at, revoked_at, kek_id, sealed)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = prepareCommand<[string, Instant, Instant, Instant, Instant, Instant, number]>(
    database,
    `UPDATE keys SET state = ?, activated_at = ?, retiring_at = ?, verifies_until = ?, retired_at = ?, revoked_at = ?
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
  const withPrivate = prepareQuery<[], StoredKey>(
    database,
    `SELECT ${COLUMNS} FROM keys WHERE sealed IS NOT NULL ORDER BY id`,
  );

  return {
    insert: (row, { kekId, sealed }) =>
      insert.run(
        row.issuerId,
        row.kid,
        row.alg,
        row.state,
        JSON.stringify(row.publicJwk),
        row.createdAt,
        row.activatedAt,
        row.retiringAt,
        row.verifiesUntil,
        row.retiredAt,
        row.revokedAt,
        kekId,
        sealed,
      ).rowId,
    update(id, change) {
      const row = byId.get(id);
      if (row === undefined) throw new MintmarkError('key_not_found');
      const next = { ...row, ...change };
      update.run(next.state, next.activatedAt, next.retiringAt, next.verifiesUntil, next.retiredAt, next.revokedAt, id);
    },
    destroyPrivate(id) {
      if (destroyPrivate.run(id).changes === 0) throw new MintmarkError('key_not_found');
      onDestroyed();
    },
    wrapped: (id) => wrapped.get(id),
    replaceWrapped(id, { kekId, sealed }) {
      if (replaceWrapped.run(kekId, sealed, id).changes === 0) throw new MintmarkError('key_not_found');
    },
    byIssuer: (issuerId) => byIssuer.all(issuerId).map(readKey),
    withPrivate: () => withPrivate.all().map(readKey),
  };
}

function readKey(row: StoredKey): KeyRow {
  return { ...row, publicJwk: parseObject(row.publicJwk), hasPrivate: row.hasPrivate === 1 };
}
