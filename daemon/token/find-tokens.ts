import { decodeBase64url, isBase64urlUnit } from './base64url.ts';
import { HEADER_START, SHORTEST_HEADER } from './header-start.ts';
import { isJsonObject } from './strict-json.ts';
import { decodeUtf8 } from './utf8.ts';

/** Where a token lies in a text: `text.slice(start, end)`. */
export interface FoundToken {
  readonly start: number;
  readonly end: number;
  readonly kind: 'jws' | 'jwe';
}

const DOT = 0x2e;
const ANY_START = new RegExp(HEADER_START, 'g');
const LONGEST_HEADER = 16_384;
/** Beginnings that are tried in one run of letters: a bound on the work that a hostile text can ask for. */
const MOST_STARTS = 8;

/**
 * Finds signed and encrypted tokens in compact form: a first segment that decodes to a JSON object with `alg`, and two
 * segments behind it (RFC 7515 §7.1) or, with `enc`, four (RFC 7516 §7.1). Other characters of the alphabet may stand
 * right in front, as in `token%3DeyJ…`. Linear in the length of any text.
 */
export function findTokens(text: string, limit = 10_000): FoundToken[] {
  const found: FoundToken[] = [];
  let at = nextStart(text, 0);
  while (at >= 0 && found.length < limit) {
    const end = skipSegment(text, at);
    const token = text.charCodeAt(end) === DOT ? readRun(text, at, end) : null;
    if (token) found.push(token);
    at = nextStart(text, token?.end ?? end);
  }
  return found;
}

function nextStart(text: string, from: number): number {
  ANY_START.lastIndex = from;
  return ANY_START.exec(text)?.index ?? -1;
}

/** Offset of the first character from `at` on that is no base64url letter. */
function skipSegment(text: string, at: number): number {
  let end = at;
  while (isBase64urlUnit(text.charCodeAt(end))) end++;
  return end;
}

/** Tries the beginnings in `text[from, end)`, a run of letters with a dot behind it. */
function readRun(text: string, from: number, end: number): FoundToken | null {
  let at = from;
  for (let tries = 0; tries < MOST_STARTS && at >= 0 && end - at >= SHORTEST_HEADER; tries++) {
    const token = end - at <= LONGEST_HEADER ? readToken(text, at, end) : null;
    if (token) return token;
    at = nextStart(text, at + 1);
  }
  return null;
}

function readToken(text: string, start: number, headerEnd: number): FoundToken | null {
  const header = readHeader(text, start, headerEnd);
  if (header === null || typeof header.alg !== 'string') return null;
  const kind = Object.hasOwn(header, 'enc') ? 'jwe' : 'jws';
  let end = headerEnd;
  for (let more = kind === 'jws' ? 2 : 4; more > 0; more--) {
    if (text.charCodeAt(end) !== DOT) return null;
    end = skipSegment(text, end + 1);
  }
  return { start, end, kind };
}

/** `}` at the end of a base64url text, by the text's length modulo 4; no text has a length of 4n + 1. */
const CLOSING_BRACE = ['9', null, 'fQ', '0'] as const;

function readHeader(text: string, start: number, end: number): Record<string, unknown> | null {
  // A look at the end is much cheaper than a parse that fails, and nearly everything that is no header fails it.
  const brace = CLOSING_BRACE[(end - start) & 3];
  if (!brace || !text.startsWith(brace, end - brace.length)) return null;
  try {
    const value: unknown = JSON.parse(decodeUtf8(decodeBase64url(text, start, end)));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
