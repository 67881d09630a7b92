import type { z } from 'zod';
import { MintmarkError } from '../../problem.ts';
import { findInexactNumber, INEXACT_NUMBER } from '../../token/exact-numbers.ts';

export type Json = z.infer<ReturnType<typeof z.json>>;

/** What a bare word after `=` may mean besides text. */
const JSON_START = /^[[{"\-\dtfn]/;

/**
 * Reads `--claim name=value` options for a token to be minted. A value that is JSON is taken as JSON (`n=5` is a
 * number, `n="5"` in quotes is text), anything else as text.
 *
 * @throws MintmarkError `usage`, or `invalid_request` for a number that would become another one
 */
export function parseMintedClaims(options: readonly string[]): Record<string, Json> {
  return collectPairs(options, '--claim', (text, name) => {
    const value = readJson(text);
    if (value !== undefined && findInexactNumber(text) !== null) {
      throw new MintmarkError('invalid_request', `--claim ${name}: ${INEXACT_NUMBER}`);
    }
    return value === undefined ? text : value;
  });
}

/**
 * Reads `--claim name=value` options that pin a claim. Text also matches a claim that prints as it, so that only arrays
 * and objects are taken as JSON.
 *
 * @throws MintmarkError `usage`
 */
export function parsePinnedClaims(options: readonly string[]): Record<string, Json> {
  return collectPairs(options, '--claim', (text) => {
    const value = /^[[{]/.test(text) ? readJson(text) : undefined;
    return value === undefined ? text : value;
  });
}

/** Reads `name=value` options of any name; the first `=` divides. @throws MintmarkError `usage`, what `read` throws */
export function collectPairs<T>(
  options: readonly string[],
  flag: string,
  read: (text: string, name: string) => T,
): Record<string, T> {
  const pairs = new Map<string, T>();
  for (const option of options) {
    const at = option.indexOf('=');
    if (at < 1) throw new MintmarkError('usage', `${flag} is written name=value`);
    const name = option.slice(0, at);
    if (pairs.has(name)) throw new MintmarkError('usage', `${flag} names '${name}' twice`);
    pairs.set(name, read(option.slice(at + 1), name));
  }
  return Object.fromEntries(pairs);
}

function readJson(text: string): Json | undefined {
  if (!JSON_START.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
