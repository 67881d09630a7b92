import { MintmarkError } from '../problem.ts';
import { parseTexts } from './json-column.ts';
import type { IssuerRow } from './rows.ts';
import type { Connection } from './sqlite.ts';
import { prepareCommand, prepareQuery } from './statement.ts';
import type { IssuerRepository } from './store.ts';

const COLUMNS = `id, slug, platform, alg, token_ttl_seconds AS tokenTtlSeconds,
  rotate_every_seconds AS rotateEverySeconds, options, created_at AS createdAt, deleted_at AS deletedAt`;

type StoredIssuer = Omit<IssuerRow, 'options'> & { options: string };

export function createIssuerRepository(database: Connection): IssuerRepository {
  const insert = prepareCommand<[string, string, string, number, number | null, string, number]>(
    database,
    `INSERT INTO issuers (slug, platform, alg, token_ttl_seconds, rotate_every_seconds, options, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = prepareCommand<[string, number | null, string, number | null, number]>(
    database,
    'UPDATE issuers SET alg = ?, rotate_every_seconds = ?, options = ?, deleted_at = ? WHERE id = ?',
  );
  const all = prepareQuery<[], StoredIssuer>(
    database,
    `SELECT ${COLUMNS} FROM issuers WHERE deleted_at IS NULL ORDER BY id`,
  );
  const deleted = prepareQuery<[], StoredIssuer>(
    database,
    `SELECT ${COLUMNS} FROM issuers WHERE deleted_at IS NOT NULL ORDER BY id`,
  );
  const byId = prepareQuery<[number], StoredIssuer>(database, `SELECT ${COLUMNS} FROM issuers WHERE id = ?`);

  return {
    insert({ slug, platform, alg, tokenTtlSeconds, rotateEverySeconds, options, createdAt }) {
      const texts = JSON.stringify(options);
      return insert.run(slug, platform, alg, tokenTtlSeconds, rotateEverySeconds, texts, createdAt).rowId;
    },
    update(id, change) {
      const row = byId.get(id);
      if (row === undefined) throw new MintmarkError('issuer_not_found');
      const next = { ...readIssuer(row), ...change };
      update.run(next.alg, next.rotateEverySeconds, JSON.stringify(next.options), next.deletedAt, id);
    },
    all: () => all.all().map(readIssuer),
    deleted: () => deleted.all().map(readIssuer),
    byId(id) {
      const row = byId.get(id);
      return row === undefined ? undefined : readIssuer(row);
    },
  };
}

function readIssuer(row: StoredIssuer): IssuerRow {
  return { ...row, options: parseTexts(row.options, { table: 'issuers', row: row.id, column: 'options' }) };
}
