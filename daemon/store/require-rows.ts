import { createIssuerRepository } from './issuer-repository.ts';
import { parseObject, refuseRow } from './json-column.ts';
import { createKeyRepository } from './key-repository.ts';
import type { MasterKeyRing } from './master-key.ts';
import { createRowMac } from './row-mac.ts';
import type { IssuerRow } from './rows.ts';
import type { Connection } from './sqlite.ts';
import { guardSqlite } from './sqlite-fault.ts';

/** What rows are held against. */
export interface RowRules {
  /** Looks at the issuers, deleted ones among them. @throws MintmarkError `database_corrupt` that names a row */
  readonly requireIssuers: (rows: readonly IssuerRow[]) => void;
  /** Vouches for the records of keys; null where it does not open. */
  readonly ring: MasterKeyRing | null;
}

/**
 * Refuses rows that keep a daemon from starting, or fail whoever asks for them later: another program wrote or changed
 * them, and SQLite's own checks know nothing of what is in them. Believable lies are not found: only records of keys
 * are vouched for. Of runs, those that live are vouched for, and of the others nobody reads what could fail.
 *
 * @param database of the newest schema, with sound pages
 * @throws MintmarkError `database_corrupt` that names table and row
 */
export function requireRows(database: Connection, { requireIssuers, ring }: RowRules): void {
  guardSqlite(() => {
    refuseOrphan(database);
    for (const { table, fault, sql } of STRAYS) {
      const row = database.prepare<[], number>(sql).pluck().get();
      if (row !== undefined) throw refuseRow(table, row, fault);
    }
    for (const { table, column, sql } of JSON_COLUMNS) {
      for (const { id, text } of database.prepare<[], { id: number; text: string }>(sql).iterate()) {
        parseObject(text, { table, row: id, column });
      }
    }
    if (ring !== null) createKeyRepository(database, createRowMac(ring), () => {}).all();
    requireIssuers(readIssuers(database));
  });
}

/** What the other rooms parse whenever they come by it. */
const JSON_COLUMNS = [
  { table: 'tokens', column: 'claims', sql: 'SELECT id, claims AS text FROM tokens' },
  { table: 'events', column: 'detail', sql: 'SELECT seq AS id, detail AS text FROM events' },
] as const;

/** Farthest from 1970 that a time can be, ms (ECMA-262 §21.4.1.1). */
const FARTHEST_MS = 8.64e15;

/** Is the column null or a time, given in units of so many ms? */
const isTime = (column: string, unitMs: 1 | 1_000): string =>
  `coalesce(${column} BETWEEN ${-FARTHEST_MS / unitMs} AND ${FARTHEST_MS / unitMs}, true)`;

/** Each answers with rows that this program never writes. */
const STRAYS = [
  {
    table: 'issuers',
    fault: 'a time is out of range',
    sql: `SELECT id FROM issuers WHERE NOT (${isTime('created_at', 1)} AND ${isTime('deleted_at', 1)})`,
  },
  {
    table: 'tokens',
    fault: 'a time is out of range',
    sql: `SELECT id FROM tokens
      WHERE NOT (${isTime('issued_at', 1_000)} AND ${isTime('expires_at', 1_000)} AND ${isTime('revoked_at', 1)})`,
  },
  { table: 'events', fault: 'a time is out of range', sql: `SELECT seq FROM events WHERE NOT ${isTime('at', 1)}` },
  {
    table: 'tokens',
    fault: "its key is another issuer's",
    sql: 'SELECT tokens.id FROM tokens JOIN keys ON keys.id = tokens.key_id WHERE keys.issuer_id <> tokens.issuer_id',
  },
  {
    table: 'issuers',
    fault: 'it has no key that signs',
    sql: `SELECT id FROM issuers WHERE deleted_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM keys WHERE issuer_id = issuers.id AND state = 'active')`,
  },
] as const;

function refuseOrphan(database: Connection): void {
  const orphan = database
    .prepare<[], { name: string; row: number; parent: string }>(
      'SELECT "table" AS name, rowid AS row, parent FROM pragma_foreign_key_check LIMIT 1',
    )
    .get();
  if (orphan !== undefined) {
    throw refuseRow(orphan.name, orphan.row, `it refers to a row of ${orphan.parent} that is not there`);
  }
}

function readIssuers(database: Connection): IssuerRow[] {
  const issuers = createIssuerRepository(database);
  const ids = database.prepare<[], number>('SELECT id FROM issuers ORDER BY id').pluck().all();
  return ids.flatMap((id) => issuers.byId(id) ?? []);
}
