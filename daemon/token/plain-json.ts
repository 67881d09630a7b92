import { MAX_DEPTH } from './scan-json.ts';

/** A longer text is scanned before anything is built of it, UTF-16 units. */
const LONGEST = 65_536;

/** Escapes, and units that may be half of a surrogate pair. */
const UNUSUAL = /[\\\ud800-\uffff]/;

/**
 * Parses a JSON text that is easily seen to be strict; undefined for any other, strict or not, which `scanJson` then
 * judges. Members of one name become one when they are parsed: counting tells of them at half of the price of comparing
 * names, and without escapes a quote begins or ends a string and nothing else.
 */
export function parsePlainJson(text: string): unknown {
  if (text.length > LONGEST || UNUSUAL.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return countParsedMembers(value, 0) === countWrittenMembers(text) ? value : undefined;
}

/** Strings that a colon follows, in a text that is JSON without escapes. */
function countWrittenMembers(text: string): number {
  let members = 0;
  for (let quote = text.indexOf('"'); quote >= 0; quote = text.indexOf('"', quote)) {
    quote = text.indexOf('"', quote + 1) + 1;
    while (text.charCodeAt(quote) <= 0x20) quote += 1;
    if (text.charCodeAt(quote) === 0x3a) members += 1;
  }
  return members;
}

/** NaN, which equals no count, where a number is infinite or the nesting too deep. */
function countParsedMembers(value: unknown, depth: number): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === MAX_DEPTH) return Number.NaN;
  const members: unknown[] = Object.values(value);
  let count = Array.isArray(value) ? 0 : members.length;
  for (const member of members) count += countParsedMembers(member, depth + 1);
  return count;
}
