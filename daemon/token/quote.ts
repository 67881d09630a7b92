import { nameCodePoint } from './base64url.ts';

const LONGEST = 64;

/**
 * Characters that do not show as themselves: controls, formatting (zero-width, bidirectional, tags, byte order mark),
 * line and paragraph separators, fillers and lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]|\u034f/gu;

/** A short, quoted form of untrusted text for a message: cut at 64 characters, invisible characters named. */
export function quoteText(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return `"${cut.replace(UNSAFE, (found) => `<${nameCodePoint(found.codePointAt(0) ?? 0)}>`)}"`;
}

/** Names of the characters in `text` that do not show as themselves, each once, such as `U+202E`. */
export function listUnsafeCharacters(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(UNSAFE), ([found]) => nameCodePoint(found.codePointAt(0) ?? 0)))];
}
