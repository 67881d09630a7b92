import { isJsonObject } from './json-column.ts';
import type { Connection } from './sqlite.ts';
import { prepareCommand, prepareQuery } from './statement.ts';
import type { IssuerMoveRepository } from './store.ts';

/**
 * The name that an issuer had before: one slot for each, in the table of single facts, where an older version of ours
 * leaves it alone. What is no such record counts for nothing: then only the present name is believed.
 */
export function createIssuerMoveRepository(database: Connection): IssuerMoveRepository {
  const select = prepareQuery<[string], { value: unknown }>(database, 'SELECT value FROM meta WHERE name = ?');
  const upsert = prepareCommand<[string, string]>(
    database,
    'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    last(issuerId) {
      const { issuer, notAfter } = readRecord(select.get(toName(issuerId))?.value);
      return typeof issuer === 'string' && Number.isSafeInteger(notAfter)
        ? { issuer, notAfter: Number(notAfter) }
        : null;
    },
    record(issuerId, { issuer, notAfter }) {
      upsert.run(toName(issuerId), JSON.stringify({ issuer, notAfter }));
    },
  };
}

function toName(issuerId: number): string {
  return `previous_issuer:${issuerId}`;
}

function readRecord(value: unknown): Readonly<Record<string, unknown>> {
  try {
    const record: unknown = typeof value === 'string' ? JSON.parse(value) : null;
    return isJsonObject(record) ? record : {};
  } catch {
    return {};
  }
}
