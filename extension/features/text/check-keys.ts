import type { TextDocument } from 'vscode';
import { isPrivateKey, KEY_SURROUNDINGS, type KeySight } from './find-private-keys.ts';

/** Something that looks like a key, as of one version of a document. */
export interface PlacedKey {
  readonly line: number;
  readonly sight: KeySight;
}

/** Judges what looks like a key by what stands around it. */
export interface KeyCheck {
  /** Cheap, and false for most of what is none. */
  isCandidate(place: PlacedKey): boolean;
  isKey(place: PlacedKey): boolean;
}

/** `keyTypes` are the lines of a document that say `kty`, in order. */
export function checkKeys(document: TextDocument, keyTypes: readonly number[]): KeyCheck {
  /** The line that was judged last, and whether there is a `kty` so near to it that it may be of the same object. */
  let last = { line: -1, hasTypeNear: false };
  /** The first `kty` that is not out of reach of the line, nor of any behind it: places come in their order. */
  let nearest = 0;

  const hasTypeNear = (line: number): boolean => {
    // A line takes up one character at least.
    while ((keyTypes[nearest] ?? line) < line - KEY_SURROUNDINGS) nearest++;
    if ((keyTypes[nearest] ?? Number.POSITIVE_INFINITY) > line + KEY_SURROUNDINGS) return false;
    const { text } = document.lineAt(line);
    const around = [joinLines(document, line, -1, ''), text, joinLines(document, line, 1, '')];
    return around.some((part) => part.includes('kty'));
  };
  return {
    isCandidate({ line, sight }) {
      if (sight.kind === 'pem') return true;
      if (last.line !== line) last = { line, hasTypeNear: hasTypeNear(line) };
      return last.hasTypeNear;
    },
    isKey({ line, sight: { kind, start, end } }) {
      const { text } = document.lineAt(line);
      const before = text.slice(Math.max(0, start - KEY_SURROUNDINGS), start);
      const after = text.slice(end, end + KEY_SURROUNDINGS);
      return isPrivateKey(kind, joinLines(document, line, -1, before), joinLines(document, line, 1, after));
    },
  };
}

/** `part` of a line with whole lines before or behind it, as far as `KEY_SURROUNDINGS` goes. */
function joinLines(document: TextDocument, line: number, step: 1 | -1, part: string): string {
  let text = part;
  for (let at = line + step; at >= 0 && at < document.lineCount && text.length < KEY_SURROUNDINGS; at += step) {
    const next = document.lineAt(at).text;
    text = step > 0 ? `${text}\n${next.slice(0, KEY_SURROUNDINGS)}` : `${next.slice(-KEY_SURROUNDINGS)}\n${text}`;
  }
  return text;
}
