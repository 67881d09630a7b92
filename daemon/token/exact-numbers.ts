import { type JsonNumber, scanJson } from './scan-json.ts';

/** Only a number of many digits or with an exponent can be one; texts without any, nearly all, are read no further. */
const SUSPECT = /(?:^|[:,[\s])-?(?:\d[\d.]{15}|[\d.]+[eE])/;

/** What to say about one. */
export const INEXACT_NUMBER = 'this number would become another one; write it as text, in quotes';

/**
 * Finds the first number of a JSON text that would become another one: an integer beyond 2^53, which a double shares
 * with its neighbours (RFC 7493 §2.2), one beyond every finite value, and one so small that it becomes 0.
 *
 * @throws TokenError where the text is not JSON, as `scanJson` says.
 */
export function findInexactNumber(text: string): JsonNumber | null {
  if (!SUSPECT.test(text)) return null;
  let found: JsonNumber | null = null;
  scanJson(
    text,
    () => {},
    (number) => {
      found ??= isExact(number.literal) ? null : number;
    },
  );
  return found;
}

function isExact(literal: string): boolean {
  const value = Number(literal);
  if (value === 0) return !/^[^eE]*[1-9]/.test(literal);
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
