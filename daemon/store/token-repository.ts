import type { TokenRow } from './rows.ts';
import type { Connection } from './sqlite.ts';
import { prepareCommand, prepareQuery } from './statement.ts';
import type { TokenRepository } from './store.ts';

type StoredToken = TokenRow & { id: number };

const COLUMNS = `id, jti, issuer_id AS issuerId, key_id AS keyId, issued_at AS issuedAt, expires_at AS expiresAt,
  revoked_at AS revokedAt, claims AS claimsJson`;

export function createTokenRepository(database: Connection): TokenRepository {
  const insert = prepareCommand<[string, number, number, number, number, string]>(
    database,
    'INSERT INTO tokens (jti, issuer_id, key_id, issued_at, expires_at, claims) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const byJti = prepareQuery<[string], StoredToken>(database, `SELECT ${COLUMNS} FROM tokens WHERE jti = ?`);
  const revoke = prepareCommand<[number, string]>(
    database,
    'UPDATE tokens SET revoked_at = ? WHERE jti = ? AND revoked_at IS NULL',
  );
  const page = prepareQuery<[number, number], StoredToken>(
    database,
    `SELECT ${COLUMNS} FROM tokens WHERE id < ? ORDER BY id DESC LIMIT ?`,
  );
  const pageOfIssuer = prepareQuery<[number, number, number], StoredToken>(
    database,
    `SELECT ${COLUMNS} FROM tokens WHERE issuer_id = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const revoked = prepareQuery<[], { slug: string; claimsJson: string }>(
    database,
    `SELECT slug, claims AS claimsJson FROM tokens JOIN issuers ON issuers.id = issuer_id WHERE revoked_at IS NOT NULL`,
  );
  const count = prepareQuery<[], { count: number }>(database, 'SELECT coalesce(max(id), 0) AS count FROM tokens');

  return {
    insert(row) {
      insert.run(row.jti, row.issuerId, row.keyId, row.issuedAt, row.expiresAt, row.claimsJson);
    },
    byJti(jti) {
      const stored = byJti.get(jti);
      if (stored === undefined) return undefined;
      const { id: _, ...row } = stored;
      return row;
    },
    revoke: (jti, at) => revoke.run(at, jti).changes === 1,
    page: ({ issuerId, before = Number.MAX_SAFE_INTEGER, limit }) =>
      issuerId === undefined ? page.all(before, limit) : pageOfIssuer.all(issuerId, before, limit),
    revoked: () => revoked.all(),
    count: () => count.get()?.count ?? 0,
  };
}
