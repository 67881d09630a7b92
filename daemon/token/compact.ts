import { decodeBase64url, isBase64urlUnit } from './base64url.ts';
import { TokenError } from './errors.ts';
import { nameCodePoint } from './safe-text.ts';
import { isJsonObject, parseStrictJson } from './strict-json.ts';
import { decodeUtf8 } from './utf8.ts';

/** Longest token that is ever verified, characters. */
export const MAX_TOKEN_LENGTH = 16_384;

/** A signed JWT in compact serialization (RFC 7515 §7.1), read but not verified. */
export interface CompactToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly headerJson: string;
  readonly claimsJson: string;
  readonly signature: Uint8Array;
  /** ASCII: what the signature covers. */
  readonly signingInput: string;
}

/**
 * Reads a signed JWT as strictly as RFC 7515 §5.2, RFC 7519 §7.2 and RFC 8725 ask: nothing is trimmed, stripped or
 * repaired. Cheap limits are held before anything is decoded.
 *
 * @throws TokenError `too_large`, `format`, `charset`, `noncanonical`, `not_signed` (a JWE), `utf8`, `duplicate_key`,
 * `unicode`, `depth` or `payload_not_object`; no message quotes the token.
 */
export function parseCompact(token: string): CompactToken {
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new TokenError('too_large', `a token has at most ${MAX_TOKEN_LENGTH} characters`);
  }
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (token.startsWith('{') || first < 0 || second <= first || token.includes('.', second + 1)) {
    throw describeShape(token);
  }
  const headerJson = decodeUtf8(decodeBase64url(token, 0, first));
  const payload = decodeBase64url(token, first + 1, second);
  const signature = decodeBase64url(token, second + 1);
  const header = readHeader(headerJson);
  if (payload.length === 0) throw new TokenError('payload_not_object', 'the payload is empty');
  const claimsJson = decodeUtf8(payload);
  const claims = parseStrictJson(claimsJson);
  if (!isJsonObject(claims)) throw new TokenError('payload_not_object', 'the payload is not a JSON object');
  return { header, claims, headerJson, claimsJson, signature, signingInput: token.slice(0, second) };
}

function readHeader(json: string): Record<string, unknown> {
  const header = parseStrictJson(json);
  if (!isJsonObject(header)) throw new TokenError('format', 'the header is not a JSON object', 0);
  return header;
}

/** Says why a text that is not three dotted segments is no signed JWT. */
function describeShape(text: string): TokenError {
  if (text.startsWith('{')) {
    return new TokenError('format', 'this is JSON; a token is accepted in compact serialization only', 0);
  }
  const stranger = findStranger(text);
  if (stranger >= 0) {
    const name = nameCodePoint(text.codePointAt(stranger) ?? 0);
    return new TokenError('charset', `${name} at offset ${stranger} belongs in no token`, stranger);
  }
  const segments = text.split('.');
  if (segments.length === 5 && isEncryptedHeader(segments[0] ?? '')) {
    return new TokenError('not_signed', 'this is an encrypted token (JWE), which carries no signature');
  }
  return new TokenError('format', `a signed token has 3 segments, this text has ${text === '' ? 0 : segments.length}`);
}

/** Offset of the first character that is neither base64url nor a dot; -1 when there is none. */
function findStranger(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x2e && !isBase64urlUnit(unit)) return at;
  }
  return -1;
}

/** A JWE is told from a JWS by `enc` in its header (RFC 7516 §9). */
function isEncryptedHeader(segment: string): boolean {
  try {
    return Object.hasOwn(readHeader(decodeUtf8(decodeBase64url(segment))), 'enc');
  } catch {
    return false;
  }
}
