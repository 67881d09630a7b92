import type { Command } from 'commander';
import type { Key } from '../../protocol/resources.ts';
import { parseNonEmpty } from '../options/parse-text.ts';
import { drawTable } from '../terminal/text-table.ts';

const HEADINGS = ['KID', 'ALG', 'STATE', 'CREATED', 'SIGNS FROM', 'VERIFIES UNTIL'];

export interface OfIssuer {
  readonly issuer: string;
}

/** A command about the keys of one issuer. */
export function ofIssuer(command: Command): Command {
  return command.option('--issuer <slug>', 'whose keys', parseNonEmpty, 'default');
}

/** Keys as a table. @param width characters of a line; null where they do not count */
export function drawKeys(keys: readonly Key[], width: number | null): string {
  const rows = keys.map(({ kid, alg, state, createdAt, signsFrom, verifiesUntil }) => [
    ...[kid, alg, state, createdAt],
    ...[signsFrom ?? '', verifiesUntil ?? ''],
  ]);
  return drawTable(HEADINGS, rows, width);
}

/** A key in one line. */
export function describeKey(key: Key): string {
  const from = key.signsFrom === null ? '' : `, signs from ${key.signsFrom}`;
  const until = key.verifiesUntil === null ? '' : `, verifies until ${key.verifiesUntil}`;
  return `${key.kid} (${key.alg}) is ${key.state}${from}${until}`;
}
