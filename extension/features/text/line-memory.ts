import { type FoundToken, findTokens } from '../../../daemon/token/find-tokens.ts';
import { findKeySights, type KeySight } from './find-private-keys.ts';

/** What lies on one line. Its tokens keep their identity until the line changes. */
export interface ScannedLine {
  readonly tokens: readonly FoundToken[];
  readonly keys: readonly KeySight[];
  /** Does it say `kty`, which stands in every JWK (RFC 7517 §4.1)? */
  readonly hasKeyType: boolean;
}

/** What was found on the lines of a text, each looked at once and again only when it changes. */
export interface LineMemory {
  /** `text` is called only for a line that is not known. */
  read(line: number, text: () => string): ScannedLine;
  /** Lines `first` to `last` were partly or wholly replaced with `text`. */
  replace(first: number, last: number, text: string): void;
}

const NOTHING: ScannedLine = { tokens: [], keys: [], hasKeyType: false };

export function rememberLines(): LineMemory {
  let lines: (ScannedLine | undefined)[] = [];
  return {
    read(line, text) {
      const known = lines[line];
      if (known !== undefined) return known;
      const scanned = scanLine(text());
      lines[line] = scanned;
      return scanned;
    },
    replace(first, last, text) {
      if (first >= lines.length) return;
      const count = text.split(/\r\n|\r|\n/).length;
      const unknown = Array.from<undefined>({ length: count });
      // Not `splice`, whose arguments are limited in number while a pasted text is not.
      if (count === last - first + 1) lines.fill(undefined, first, last + 1);
      else lines = [...lines.slice(0, first), ...unknown, ...lines.slice(last + 1)];
    },
  };
}

function scanLine(text: string): ScannedLine {
  const tokens = findTokens(text);
  const keys = findKeySights(text);
  const hasKeyType = text.includes('kty');
  return tokens.length === 0 && keys.length === 0 && !hasKeyType ? NOTHING : { tokens, keys, hasKeyType };
}
