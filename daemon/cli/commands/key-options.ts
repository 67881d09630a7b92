import type { Command } from 'commander';
import type { Key } from '../../protocol/resources.ts';
import { parseNonEmpty } from '../parse-text.ts';

export interface OfIssuer {
  readonly issuer: string;
}

/** A command about the keys of one issuer. */
export function ofIssuer(command: Command): Command {
  return command.option('--issuer <slug>', 'whose keys', parseNonEmpty, 'default');
}

/** A key in one line. */
export function describeKey(key: Key): string {
  const from = key.signsFrom === null ? '' : `, signs from ${key.signsFrom}`;
  const until = key.verifiesUntil === null ? '' : `, verifies until ${key.verifiesUntil}`;
  return `${key.kid} (${key.alg}) is ${key.state}${from}${until}`;
}
