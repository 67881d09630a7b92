import { TokenError } from './errors.ts';
import { nameCodePoint } from './safe-text.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const STRANGER = 64;

/** Six bits by character. */
const SEXTETS = new Uint8Array(256).fill(STRANGER);
for (let value = 0; value < ALPHABET.length; value++) SEXTETS[ALPHABET.charCodeAt(value)] = value;

/** Six bits of a UTF-16 unit, or more than 63 for one outside the alphabet. */
function readSextet(unit: number): number {
  return (SEXTETS[unit & 0xff] ?? STRANGER) | (unit & 0xff00);
}

/** Is the UTF-16 unit one of A-Z, a-z, 0-9, `-` and `_`? */
export function isBase64urlUnit(unit: number): boolean {
  return readSextet(unit) < STRANGER;
}

/**
 * Decodes the base64url text in `text[start, end)` (RFC 4648 §5), in its one canonical spelling: no padding, no white
 * space, unused trailing bits zero (RFC 7515 §2, RFC 4648 §3.5).
 *
 * @throws TokenError `charset` with the offset of the first character outside the alphabet; `noncanonical`.
 */
export function decodeBase64url(text: string, start = 0, end = text.length): Uint8Array {
  const length = end - start;
  const rest = length & 3;
  const bytes = new Uint8Array((length * 3) >> 2);
  const whole = end - rest;
  let strange = 0;
  let out = 0;
  let at = start;
  for (; at < whole; at += 4) {
    const a = readSextet(text.charCodeAt(at));
    const b = readSextet(text.charCodeAt(at + 1));
    const c = readSextet(text.charCodeAt(at + 2));
    const d = readSextet(text.charCodeAt(at + 3));
    strange |= a | b | c | d;
    bytes[out++] = (a << 2) | (b >> 4);
    bytes[out++] = (b << 4) | (c >> 2);
    bytes[out++] = (c << 6) | d;
  }
  let last = 0;
  let unused = 0;
  if (rest >= 2) {
    const a = readSextet(text.charCodeAt(at));
    const b = readSextet(text.charCodeAt(at + 1));
    strange |= a | b;
    bytes[out++] = (a << 2) | (b >> 4);
    [last, unused] = [b, 0b1111];
    if (rest === 3) {
      const c = readSextet(text.charCodeAt(at + 2));
      strange |= c;
      bytes[out] = (b << 4) | (c >> 2);
      [last, unused] = [c, 0b11];
    }
  } else if (rest === 1) {
    strange |= readSextet(text.charCodeAt(at));
  }
  if (strange >= STRANGER) throw describeStranger(text, start, end);
  if (rest === 1) throw new TokenError('noncanonical', 'no bytes have a base64url text of this length', start);
  if ((last & unused) !== 0) {
    throw new TokenError('noncanonical', 'the last character carries bits that belong to no byte', end - 1);
  }
  return bytes;
}

function describeStranger(text: string, start: number, end: number): TokenError {
  let at = start;
  while (at < end && isBase64urlUnit(text.charCodeAt(at))) at++;
  const name = nameCodePoint(text.codePointAt(at) ?? 0);
  return new TokenError('charset', `${name} at offset ${at} is outside the base64url alphabet`, at);
}

/**
 * The nearest canonical base64url of a text that is none, for showing it to people: ordinary base64 is translated,
 * everything else outside the alphabet, a lone last character and unused trailing bits are dropped.
 */
export function repairBase64url(text: string): string {
  const letters = text
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/[^A-Za-z0-9_-]/g, '');
  const rest = letters.length & 3;
  if (rest === 0) return letters;
  if (rest === 1) return letters.slice(0, -1);
  const last = readSextet(letters.charCodeAt(letters.length - 1)) & (rest === 2 ? 0b110000 : 0b111100);
  return letters.slice(0, -1) + ALPHABET.charAt(last);
}
