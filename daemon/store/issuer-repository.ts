import { MintmarkError } from '../problem.ts';
import type { IssuerRow } from './rows.ts';
import type { Connection } from './sqlite.ts';
import { prepareCommand, prepareQuery } from './statement.ts';
import type { IssuerRepository } from './store.ts';

const COLUMNS = `id, slug, platform, alg, token_ttl_seconds AS tokenTtlSeconds,
  rotate_every_seconds AS rotateEverySeconds, created_at AS createdAt, deleted_at AS deletedAt`;

export function createIssuerRepository(database: Connection): IssuerRepository {
  const insert = prepareCommand<[string, string, string, number, number | null, number]>(
    database,
    `INSERT INTO issuers (slug, platform, alg, token_ttl_seconds, rotate_every_seconds, created_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const update = prepareCommand<[string, number | null, number | null, number]>(
    database,
    'UPDATE issuers SET alg = ?, rotate_every_seconds = ?, deleted_at = ? WHERE id = ?',
  );
  const all = prepareQuery<[], IssuerRow>(
    database,
    `SELECT ${COLUMNS} FROM issuers WHERE deleted_at IS NULL ORDER BY id`,
  );
  const byId = prepareQuery<[number], IssuerRow>(database, `SELECT ${COLUMNS} FROM issuers WHERE id = ?`);

  return {
    insert: (row) =>
      insert.run(row.slug, row.platform, row.alg, row.tokenTtlSeconds, row.rotateEverySeconds, row.createdAt).rowId,
    update(id, change) {
      const row = byId.get(id);
      if (row === undefined) throw new MintmarkError('issuer_not_found');
      const next = { ...row, ...change };
      update.run(next.alg, next.rotateEverySeconds, next.deletedAt, id);
    },
    all: () => all.all(),
    byId: (id) => byId.get(id),
  };
}
