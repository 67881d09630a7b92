import { isJsonObject } from './json-column.ts';
import { openFacts } from './meta-table.ts';
import type { Connection } from './sqlite.ts';
import type { IssuerMoveRepository } from './store.ts';

/**
 * The name that an issuer had before: one slot for each, in the table of single facts, where an older version of ours
 * leaves it alone. What is no such record counts for nothing: then only the present name is believed.
 */
export function createIssuerMoveRepository(database: Connection): IssuerMoveRepository {
  const { read, write } = openFacts(database);
  return {
    last(issuerId) {
      const { issuer, notAfter } = readRecord(read(toName(issuerId)));
      return typeof issuer === 'string' && Number.isSafeInteger(notAfter)
        ? { issuer, notAfter: Number(notAfter) }
        : null;
    },
    record(issuerId, { issuer, notAfter }) {
      write(toName(issuerId), JSON.stringify({ issuer, notAfter }));
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
