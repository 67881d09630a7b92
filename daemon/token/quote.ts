import { nameCodePoint, UNSAFE_CHARACTERS } from './safe-text.ts';

/** How much of a text a message has, in characters. */
export const LONGEST_QUOTE = 64;

/** A short, quoted form of untrusted text for a message: cut at 64 characters, invisible characters named. */
export function quoteText(text: string): string {
  const cut = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return `"${cut.replace(UNSAFE_CHARACTERS, (found) => `<${nameCodePoint(found.codePointAt(0) ?? 0)}>`)}"`;
}

/** Names of the characters in `text` that do not show as themselves, each once, such as `U+202E`. */
export function listUnsafeCharacters(text: string): string[] {
  return [
    ...new Set(Array.from(text.matchAll(UNSAFE_CHARACTERS), ([found]) => nameCodePoint(found.codePointAt(0) ?? 0))),
  ];
}
