import { MintmarkError } from '../problem.ts';
import { LOOK_ALIKE_PARAMETER } from '../token/look-alike.ts';
import { END_OF_TIME_SECONDS, writeDuration } from '../token/time-words.ts';
import { assertJsonValue, assertWellFormed } from './json-value.ts';
import type { IssuerEntry } from './keyring.ts';
import type { IssuerProfile } from './profile.ts';
import type { TokenStamp } from './token-stamps.ts';

/** Claims that the issuer alone sets (RFC 7519 §4.1); `sub` and `aud` have members of their own in a request. */
const RESERVED_CLAIMS: ReadonlySet<string> = new Set(['iss', 'iat', 'nbf', 'exp', 'jti', 'sub', 'aud']);

/** Header parameters that say how a token is verified (RFC 7515 §4.1, RFC 7797, RFC 7516): never the caller's. */
const RESERVED_PARAMETERS: ReadonlySet<string> = new Set([
  'alg',
  'kid',
  'jwk',
  'jku',
  'x5u',
  'x5c',
  'crit',
  'b64',
  'enc',
  'zip',
  LOOK_ALIKE_PARAMETER,
]);

export interface WantedClaims {
  readonly subject?: string | undefined;
  readonly audience?: string | readonly string[] | undefined;
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Claims that count from `iat`, seconds: a platform's own, which go over all others. */
  readonly claimsAt?: ((issuedAt: number) => Readonly<Record<string, unknown>>) | undefined;
  readonly ttlSeconds?: number | undefined;
  /** `iss` of the platform that is emulated, for a look-alike; the issuer's own URL without it. */
  readonly lookAlikeOf?: string | undefined;
}

export interface TokenClaims extends Readonly<Record<string, unknown>> {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly iat: number;
  readonly exp: number;
  readonly nbf?: number;
  readonly jti?: string;
}

/**
 * The payload of a token: whole seconds, `exp` = `iat` + TTL, `nbf` and `jti` as the platform has them.
 * @throws MintmarkError `reserved_claim`, `ttl_out_of_range`, `invalid_request`
 */
export function buildClaims(issuer: IssuerEntry, wanted: WantedClaims, stamp: TokenStamp): TokenClaims {
  const { profile, url, row } = issuer;
  const ttl = wanted.ttlSeconds ?? row.tokenTtlSeconds;
  if (!Number.isInteger(ttl) || ttl < profile.minTtlSeconds || ttl > profile.maxTtlSeconds) {
    throw new MintmarkError(
      'ttl_out_of_range',
      `A token of ${profile.platform} lives ${writeDuration(profile.minTtlSeconds)} to ${writeDuration(profile.maxTtlSeconds)}`,
    );
  }
  if (
    stamp.issuedAt + Math.min(0, profile.notBeforeOffsetSeconds ?? 0) < 0 ||
    stamp.issuedAt + ttl >= END_OF_TIME_SECONDS
  ) {
    throw new MintmarkError('ttl_out_of_range', 'The clock shows a time that a token cannot say');
  }
  for (const [name, value] of Object.entries(wanted.claims ?? {})) {
    if (RESERVED_CLAIMS.has(name))
      throw new MintmarkError('reserved_claim', `${name} is set by the issuer: leave it out`);
    assertWellFormed(name, 'claims');
    assertJsonValue(value, `claims.${name}`, 1);
  }
  const iss = wanted.lookAlikeOf ?? url;
  const audience = wanted.audience ?? profile.defaultAudience(url);
  return {
    iss,
    sub: readSubject(wanted.subject ?? profile.defaultSubject),
    aud:
      profile.audienceForm === 'issuer'
        ? requireOwn(audience, [url, iss])
        : readAudience(audience, profile.audienceForm),
    iat: stamp.issuedAt,
    ...(profile.notBeforeOffsetSeconds !== null && { nbf: stamp.issuedAt + profile.notBeforeOffsetSeconds }),
    exp: stamp.issuedAt + ttl,
    ...(profile.jtiOf !== null && { jti: profile.jtiOf(stamp.jti) }),
    ...wanted.claims,
    ...wanted.claimsAt?.(stamp.issuedAt),
  };
}

/**
 * The caller's own header parameters; `typ` is the one of ours that may be replaced.
 * @throws MintmarkError `reserved_header`, `invalid_request`
 */
export function readHeaderParameters(wanted: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const [name, value] of Object.entries(wanted)) {
    if (RESERVED_PARAMETERS.has(name))
      throw new MintmarkError('reserved_header', `${name} is set by the issuer: leave it out`);
    assertWellFormed(name, 'header');
    assertJsonValue(value, `header.${name}`, 1);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      throw new MintmarkError('invalid_request', `header.${name}: an object cannot be a header parameter here`);
    }
    if (name === 'typ' && (typeof value !== 'string' || value === '')) {
      throw new MintmarkError('invalid_request', 'header.typ: not a media type');
    }
  }
  return wanted;
}

/** What keeps a text from being a `sub` (OpenID Connect Core §2: 255 characters at most); null: nothing does. */
export function objectToSubject(subject: string): string | null {
  if (subject === '') return 'no characters';
  if (subject.length > 255) return `${subject.length} characters, more than 255`;
  return hasControls(subject) || /\p{Cs}/u.test(subject) ? 'characters that are none to be shown' : null;
}

function readSubject(subject: string): string {
  assertWellFormed(subject, 'subject');
  if (objectToSubject(subject) === null) return subject;
  throw new MintmarkError('invalid_request', 'subject: 1 to 255 characters without controls');
}

const MAX_AUDIENCES = 64;
/** Characters of one, as of what an operation is told, and of all together: a token has no room for more. */
const LONGEST_AUDIENCE = 2_048;
const LONGEST_AUDIENCES = 8_192;

/**
 * The members of an audience that a token may have, whoever asks for it.
 * @throws MintmarkError `invalid_request`
 */
export function requireAudience(audience: string | readonly string[]): readonly string[] {
  const members = typeof audience === 'string' ? [audience] : audience;
  if (members.length === 0 || members.length > MAX_AUDIENCES || members.includes('')) {
    throw new MintmarkError('invalid_request', `audience: 1 to ${MAX_AUDIENCES} texts that are not empty`);
  }
  for (const member of members) {
    assertWellFormed(member, 'audience');
    if (member.length > LONGEST_AUDIENCE || hasControls(member)) {
      throw new MintmarkError('invalid_request', `audience: 1 to ${LONGEST_AUDIENCE} characters without controls`);
    }
  }
  if (members.join('').length > LONGEST_AUDIENCES) {
    throw new MintmarkError('invalid_request', `audience: at most ${LONGEST_AUDIENCES} characters together`);
  }
  return members;
}

function readAudience(
  audience: string | readonly string[],
  form: Exclude<IssuerProfile['audienceForm'], 'issuer'>,
): string | readonly string[] {
  const members = requireAudience(audience);
  if (form === 'list') return members;
  if (form === 'as-asked') return audience;
  const [only, ...others] = members;
  if (only === undefined || others.length > 0) {
    throw new MintmarkError('invalid_request', 'audience: a token of this platform has exactly one');
  }
  return only;
}

/** `aud` where it is the issuer and nobody may ask for another one. @param own the issuer's URL and its `iss` */
function requireOwn(audience: string | readonly string[], [url, iss]: readonly [url: string, iss: string]): string {
  if (audience !== url && audience !== iss) {
    throw new MintmarkError('invalid_request', 'audience: a token of this platform is always for its issuer');
  }
  return iss;
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
