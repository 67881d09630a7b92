import { decodeBase64url, isBase64urlUnit, repairBase64url } from './base64url.ts';
import { TokenError } from './errors.ts';
import type { Finding } from './finding.ts';
import { quoteText } from './quote.ts';
import { nameCodePoint } from './safe-text.ts';
import { type JsonFlaw, scanJson, sliceJsonValue } from './scan-json.ts';
import { isJsonObject } from './strict-json.ts';

/** Longest text that is decoded for people, characters. */
export const MAX_DECODE_LENGTH = 262_144;

const JWS_PARTS = ['header', 'payload', 'signature'] as const;
const JWE_PARTS = ['header', 'encrypted key', 'initialization vector', 'ciphertext', 'authentication tag'] as const;

export interface DecodedPart {
  readonly name: (typeof JWS_PARTS)[number] | (typeof JWE_PARTS)[number];
  /** Place in `DecodedToken.compact`. */
  readonly start: number;
  readonly end: number;
  readonly octets: number;
}

/** What could be read of a text, strict or not. Nothing of it is verified. */
export interface DecodedToken {
  /** By the number of its parts: `jws` 3, `jwe` 5. */
  readonly kind: 'jws' | 'jwe' | 'unknown';
  /** The token alone: ends trimmed, `Bearer` taken off. */
  readonly compact: string;
  readonly parts: readonly DecodedPart[];
  readonly header: Readonly<Record<string, unknown>> | null;
  readonly claims: Readonly<Record<string, unknown>> | null;
  /** The texts that were encoded; null where they are no text. */
  readonly headerText: string | null;
  readonly payloadText: string | null;
  /** What is wrong with the text; what its content says is up to `listFindings`. */
  readonly findings: readonly Finding[];
}

/**
 * Decodes a token for people to look at: repairs what it can, says so in a finding, and never throws. A token that is
 * shown here may still be refused by `parseCompact`.
 */
export function decodeToken(text: string): DecodedToken {
  const findings: Finding[] = [];
  const empty = {
    kind: 'unknown',
    parts: [],
    header: null,
    claims: null,
    headerText: null,
    payloadText: null,
  } as const;
  if (text.length > MAX_DECODE_LENGTH) {
    const message = `The text is longer than ${MAX_DECODE_LENGTH} characters and was not decoded.`;
    return { ...empty, compact: '', findings: [{ code: 'too_large', severity: 'error', message }] };
  }
  const compact = trimToken(text, findings);
  const bounds = splitParts(compact);
  const names = bounds.length === 3 ? JWS_PARTS : bounds.length === 5 ? JWE_PARTS : null;
  if (names === null) {
    const message = `A token has 3 parts (or 5 when encrypted), this text has ${compact === '' ? 0 : bounds.length}.`;
    findings.push({ code: 'not_a_token', severity: 'error', message });
    return { ...empty, compact, findings };
  }
  reportStrangers(compact, findings);
  const contents = names.map((name, index) => {
    const [start, end] = bounds[index] ?? [0, 0];
    const bytes = readPart(compact.slice(start, end), name, findings);
    return { bytes, part: { name, start, end, octets: bytes.length } };
  });
  const parts: readonly DecodedPart[] = contents.map(({ part }) => part);
  const header = readObject(contents[0]?.bytes, 'header', findings);
  if (names === JWE_PARTS) {
    const message =
      'The token is encrypted (JWE): its claims can be read only with the key, and it carries no signature.';
    findings.push({ code: 'encrypted', severity: 'info', message });
    return { ...empty, kind: 'jwe', compact, parts, header: header.value, headerText: header.text, findings };
  }
  const claims = readObject(contents[1]?.bytes, 'claims', findings);
  return {
    kind: 'jws',
    compact,
    parts,
    header: header.value,
    claims: claims.value,
    headerText: header.text,
    payloadText: claims.text,
    findings,
  };
}

/** Takes off white space, quotes and `Bearer`, which belong to where the token was copied from. */
function trimToken(text: string, findings: Finding[]): string {
  const bare = text.trim().replace(/^Bearer\s+/i, '');
  const compact = /^(["'`]).*\1$/s.test(bare) ? bare.slice(1, -1) : bare;
  if (compact !== text) {
    const message = 'White space, quotes or "Bearer" around the token were taken off; a verifier gets only the token.';
    findings.push({ code: 'trimmed', severity: 'info', message });
  }
  return compact;
}

/** Bounds of the dotted parts; at most 6, so that a text of dots costs nothing. */
function splitParts(text: string): [start: number, end: number][] {
  const bounds: [number, number][] = [];
  let start = 0;
  while (bounds.length < 6) {
    const dot = text.indexOf('.', start);
    bounds.push([start, dot < 0 ? text.length : dot]);
    if (dot < 0) break;
    start = dot + 1;
  }
  return bounds;
}

function reportStrangers(text: string, findings: Finding[]): void {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x2e || isBase64urlUnit(unit)) continue;
    const name = nameCodePoint(text.codePointAt(at) ?? 0);
    const message = `${name} at offset ${at} belongs in no token; it was left out here and makes a verifier refuse it.`;
    findings.push({ code: 'charset', severity: 'error', message });
    return;
  }
}

/** Decodes one part, also from padded, broken-up or ordinary base64. */
function readPart(part: string, name: string, findings: Finding[]): Uint8Array {
  try {
    return decodeBase64url(part);
  } catch (error) {
    if (error instanceof TokenError && error.code === 'noncanonical') {
      const message = `The ${name} is not in canonical base64url (${error.message}): it is cut off or was changed.`;
      findings.push({ code: 'noncanonical', severity: 'error', message });
    }
    return decodeBase64url(repairBase64url(part));
  }
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const looseDecoder = new TextDecoder('utf-8');

function readObject(
  bytes: Uint8Array | undefined,
  where: 'header' | 'claims',
  findings: Finding[],
): { text: string | null; value: Record<string, unknown> | null } {
  if (!bytes) return { text: null, value: null };
  const report = (code: Finding['code'], message: string, path: readonly (string | number)[] = []) =>
    findings.push({ code, severity: 'error', message, path: [where, ...path] });
  let text: string;
  try {
    text = strictDecoder.decode(bytes);
  } catch {
    report('utf8', 'The bytes are not UTF-8; what cannot be read is shown as U+FFFD.');
    text = looseDecoder.decode(bytes);
  }
  if (text.startsWith('\ufeff')) {
    report('utf8', 'The JSON text begins with a byte order mark.');
    text = text.slice(1);
  }
  if (where === 'claims' && isToken(text)) {
    const message =
      'The payload is a token itself (a nested JWT): the claims are those of the inner token, which has to be verified, too.';
    findings.push({ code: 'nested', severity: 'info', message, path: [where] });
    return { text, value: null };
  }
  try {
    scanJson(text, (flaw) => report(flaw.code, describeFlaw(text, flaw), flaw.path));
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return { text, value };
    report(where === 'claims' ? 'payload_not_object' : 'format', 'The JSON text is not an object.');
  } catch (error) {
    const code = error instanceof TokenError && error.code === 'depth' ? 'depth' : 'format';
    report(code, error instanceof TokenError ? `Not readable: ${error.message}.` : 'The text is not JSON.');
  }
  return { text, value: null };
}

/** Three segments, or five of an encrypted token, the first of them not empty. */
const COMPACT = /^([\w-]+)(?:\.[\w-]*){2}(?:(?:\.[\w-]*){2})?$/;

/** Is all of a payload one token (RFC 7519 §5.2)? `findTokens` is too much code for who decodes at every start. */
function isToken(payload: string): boolean {
  const [, first] = COMPACT.exec(payload) ?? [];
  if (first === undefined) return false;
  try {
    const header: unknown = JSON.parse(strictDecoder.decode(decodeBase64url(first)));
    return isJsonObject(header) && typeof header.alg === 'string';
  } catch {
    return false;
  }
}

function describeFlaw(text: string, flaw: JsonFlaw): string {
  if (flaw.values === undefined) return `At offset ${flaw.offset}: ${flaw.message}.`;
  const [first, second] = flaw.values.map((at) => quoteValue(sliceJsonValue(text, at)));
  return `${quoteText(String(flaw.path.at(-1)))} is there twice: first ${first}, then ${second}. Parsers differ in which one they take.`;
}

/** A JSON value in quotes; a string has its own already. */
function quoteValue(json: string): string {
  return quoteText(json.startsWith('"') ? json.slice(1, -1) : json);
}
