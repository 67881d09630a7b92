import { TokenError } from './errors.ts';
import { parsePlainJson } from './plain-json.ts';
import { type JsonFlaw, scanJson } from './scan-json.ts';

function refuseFlaw(flaw: JsonFlaw): never {
  throw new TokenError(flaw.code, flaw.message, flaw.offset);
}

/**
 * Parses JSON that two parsers cannot read differently (RFC 8725 §2.4, RFC 7493): no duplicate member at any depth, no
 * lone surrogate, no infinite number, at most 64 levels, no byte order mark. `__proto__` is a member like any other.
 *
 * @throws TokenError `format`, `duplicate_key`, `unicode`, `depth` or `utf8`; the message never quotes a value.
 */
export function parseStrictJson(text: string): unknown {
  const plain = parsePlainJson(text);
  if (plain !== undefined) return plain;
  scanJson(text, refuseFlaw);
  return JSON.parse(text);
}

/** Is a parsed JSON value an object, neither null nor an array? */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
