import { TokenError } from './errors.ts';
import { quoteText } from './quote.ts';

/** Deepest nesting of objects and arrays that is read. */
export const MAX_DEPTH = 64;

/** A rule of strict JSON that a text breaks while still being JSON (RFC 8259). */
export interface JsonFlaw {
  readonly code: 'duplicate_key' | 'unicode' | 'format';
  readonly message: string;
  /** UTF-16 units from the start of the text. */
  readonly offset: number;
  /** Names and indices that lead to the place. */
  readonly path: readonly (string | number)[];
  /** For a duplicate key: where the values of both members begin. */
  readonly values?: readonly [number, number];
}

/** A number as it is written. */
export interface JsonNumber {
  readonly literal: string;
  /** Names and indices that lead to it. */
  readonly path: readonly (string | number)[];
}

interface Scan {
  readonly text: string;
  readonly path: (string | number)[];
  readonly onFlaw: (flaw: JsonFlaw) => void;
  readonly onNumber?: ((number: JsonNumber) => void) | undefined;
}

/**
 * Walks a JSON text once and tells `onFlaw` of each member name that its object already has (compared after escapes are
 * decoded), each lone surrogate, spelt or escaped, and each number that no double can hold; `onNumber` of every number.
 *
 * @throws TokenError `format` where the text is not JSON, `depth` beyond 64 levels, `utf8` for a byte order mark.
 */
export function scanJson(
  text: string,
  onFlaw: (flaw: JsonFlaw) => void,
  onNumber?: (number: JsonNumber) => void,
): void {
  if (text.charCodeAt(0) === 0xfeff) throw new TokenError('utf8', 'the text begins with a byte order mark', 0);
  const end = skipSpace(text, scanValue({ text, path: [], onFlaw, onNumber }, skipSpace(text, 0), 0));
  if (end < text.length) throw notJson(text, end);
}

/** The text of the JSON value that begins at `start` of a text that was scanned before. */
export function sliceJsonValue(text: string, start: number): string {
  return text.slice(start, scanValue({ text, path: [], onFlaw: () => {} }, start, 0));
}

function notJson(text: string, at: number): TokenError {
  const what = at < text.length ? 'an unexpected character' : 'an unexpected end';
  return new TokenError('format', `the JSON text has ${what} at offset ${at}`, at);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return at;
    at++;
  }
}

/** Returns the offset behind the value. */
function scanValue(scan: Scan, at: number, depth: number): number {
  switch (scan.text.charCodeAt(at)) {
    case 0x22:
      return scanString(scan, at);
    case 0x7b:
      return scanObject(scan, at, depth + 1);
    case 0x5b:
      return scanArray(scan, at, depth + 1);
    case 0x74:
      return scanWord(scan.text, at, 'true');
    case 0x66:
      return scanWord(scan.text, at, 'false');
    case 0x6e:
      return scanWord(scan.text, at, 'null');
    default:
      return scanNumber(scan, at);
  }
}

function scanWord(text: string, at: number, word: string): number {
  if (!text.startsWith(word, at)) throw notJson(text, at);
  return at + word.length;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function scanNumber(scan: Scan, at: number): number {
  NUMBER.lastIndex = at;
  const found = NUMBER.exec(scan.text);
  if (found === null) throw notJson(scan.text, at);
  scan.onNumber?.({ literal: found[0], path: scan.path.slice() });
  if (!Number.isFinite(Number(found[0]))) {
    scan.onFlaw({
      code: 'format',
      message: 'a number is beyond every finite value',
      offset: at,
      path: scan.path.slice(),
    });
  }
  return at + found[0].length;
}

function scanArray(scan: Scan, start: number, depth: number): number {
  checkDepth(depth, start);
  const { text, path } = scan;
  let at = skipSpace(text, start + 1);
  if (text.charCodeAt(at) === 0x5d) return at + 1;
  for (let index = 0; ; index++) {
    path.push(index);
    at = skipSpace(text, scanValue(scan, at, depth));
    path.pop();
    const unit = text.charCodeAt(at);
    if (unit === 0x5d) return at + 1;
    if (unit !== 0x2c) throw notJson(text, at);
    at = skipSpace(text, at + 1);
  }
}

function scanObject(scan: Scan, start: number, depth: number): number {
  checkDepth(depth, start);
  const { text, path } = scan;
  let at = skipSpace(text, start + 1);
  if (text.charCodeAt(at) === 0x7d) return at + 1;
  const members = new Map<string, number>();
  for (;;) {
    if (text.charCodeAt(at) !== 0x22) throw notJson(text, at);
    const nameEnd = scanString(scan, at);
    const name = readName(text, at, nameEnd);
    const colon = skipSpace(text, nameEnd);
    if (text.charCodeAt(colon) !== 0x3a) throw notJson(text, colon);
    const valueAt = skipSpace(text, colon + 1);
    path.push(name);
    const before = members.get(name);
    if (before !== undefined) {
      const message = `the member ${quoteText(name)} is there more than once`;
      scan.onFlaw({ code: 'duplicate_key', message, offset: at, path: path.slice(), values: [before, valueAt] });
    }
    members.set(name, valueAt);
    at = skipSpace(text, scanValue(scan, valueAt, depth));
    path.pop();
    const unit = text.charCodeAt(at);
    if (unit === 0x7d) return at + 1;
    if (unit !== 0x2c) throw notJson(text, at);
    at = skipSpace(text, at + 1);
  }
}

function checkDepth(depth: number, at: number): void {
  if (depth > MAX_DEPTH) throw new TokenError('depth', `the JSON text is nested deeper than ${MAX_DEPTH} levels`, at);
}

/** A member's name with its escapes decoded: `{"al\u0067":1}` names `alg`. */
function readName(text: string, start: number, end: number): string {
  const name = text.slice(start + 1, end - 1);
  return name.includes('\\') ? String(JSON.parse(`"${name}"`)) : name;
}

function scanString(scan: Scan, start: number): number {
  const { text } = scan;
  for (let at = start + 1; ; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) return at + 1;
    if (unit === 0x5c || unit >= 0xd800) return scanUnusualString(scan, at);
    if (!(unit >= 0x20)) throw notJson(text, at);
  }
}

const ESCAPED = /\\(?:["\\/bfnrt]|u([0-9a-fA-F]{4}))/y;

/** Goes on inside a string at its first escape or possible surrogate. */
function scanUnusualString(scan: Scan, from: number): number {
  const { text } = scan;
  // Offset of a high surrogate whose low one must come next; -1 when none waits.
  let high = -1;
  let at = from;
  for (;;) {
    let unit = text.charCodeAt(at);
    let next = at + 1;
    if (unit === 0x22) break;
    if (unit === 0x5c) {
      ESCAPED.lastIndex = at;
      const found = ESCAPED.exec(text);
      if (found === null) throw notJson(text, at);
      next = at + found[0].length;
      unit = found[1] === undefined ? 0 : Number.parseInt(found[1], 16);
    } else if (!(unit >= 0x20)) {
      throw notJson(text, at);
    }
    if ((unit & 0xfc00) === 0xdc00) {
      if (high < 0) reportLoneSurrogate(scan, at);
      high = -1;
    } else {
      if (high >= 0) reportLoneSurrogate(scan, high);
      high = (unit & 0xfc00) === 0xd800 ? at : -1;
    }
    at = next;
  }
  if (high >= 0) reportLoneSurrogate(scan, high);
  return at + 1;
}

function reportLoneSurrogate(scan: Scan, offset: number): void {
  scan.onFlaw({ code: 'unicode', message: 'half a surrogate pair is no character', offset, path: scan.path.slice() });
}
