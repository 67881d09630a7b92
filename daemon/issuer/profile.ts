import type { KeyObject } from 'node:crypto';
import { MintmarkError } from '../problem.ts';
import type { PlatformName, SigningAlgorithm } from '../protocol/resources.ts';
import { computeThumbprintKid } from './thumbprint.ts';

/** What distinguishes one platform's issuers from another's. Platforms provide it; this room only uses it. */
export interface IssuerProfile {
  readonly platform: PlatformName;
  readonly algorithms: readonly SigningAlgorithm[];
  readonly defaultAlgorithm: SigningAlgorithm;
  /**
   * Algorithms of old keys, which are kept to verify with: the next key of an issuer that still signs with one is of
   * the default algorithm, one that is imported does not sign unless it is told to, and none of them stops signing
   * while another old key is still published.
   */
  readonly legacyAlgorithms?: readonly SigningAlgorithm[];
  /** Whether the keys of a directory that is imported verify and never sign; the last one signs without it. */
  readonly directoryVerifiesOnly?: true;
  /** RSA modulus length of generated keys, bits. */
  readonly rsaBits: number;
  /** How a key gets its `kid`. */
  readonly kidOf: (publicKey: KeyObject) => string;
  /** Where the JWKS lies below the issuer's URL, with its leading slash. */
  readonly jwksPath: string;
  /** Further paths of the same document, for clients that know the platform's other ones. */
  readonly extraJwksPaths?: readonly string[];
  readonly jwksContentType: string;
  /**
   * How long others may keep discovery and JWKS, seconds: an old key stays published this much longer than its tokens.
   */
  readonly documentMaxAgeSeconds: number;
  /** `Cache-Control` of both documents; says the same max-age. */
  readonly cacheControl: string;
  readonly defaultTtlSeconds: number;
  readonly minTtlSeconds: number;
  readonly maxTtlSeconds: number;
  /** Members of the JOSE header, in the platform's order. */
  readonly headerOf: (key: HeaderKey) => Readonly<Record<string, unknown>>;
  /** How far `nbf` is after `iat`, seconds (negative: before); null: no `nbf`. */
  readonly notBeforeOffsetSeconds: number | null;
  /** What the platform makes its `jti` of, from a UUID of the record; null: it writes none. */
  readonly jtiOf: ((uuid: string) => string) | null;
  /** Whether `aud` is always a list, always one text, whichever was asked for, or always `iss` and nobody may ask. */
  readonly audienceForm: 'list' | 'text' | 'as-asked' | 'issuer';
  /** `sub` and `aud` when the caller names none. */
  readonly defaultSubject: string;
  readonly defaultAudience: (issuerUrl: string) => string | readonly string[];
  /**
   * The real issuer of one with these options, where others pin what follows from them alone; null: it has none, and
   * publishes nothing. Tokens with it as `iss` are believed, and after it changed those with the one before for as long
   * as one may live.
   */
  readonly realIssuerOf?: (options: Readonly<Record<string, string>>) => string | null;
  /** Members of the discovery document besides `issuer` and `jwks_uri`. */
  readonly discovery: (algorithms: readonly SigningAlgorithm[]) => Readonly<Record<string, unknown>>;
}

/** The key that a header speaks of. */
export interface HeaderKey {
  readonly alg: SigningAlgorithm;
  readonly kid: string;
  readonly publicKey: KeyObject;
}

const DOCUMENT_MAX_AGE_SECONDS = 600;

/** What most issuers of workload tokens have in common; a platform says what is different. */
export const COMMON_PROFILE = {
  algorithms: ['RS256'],
  defaultAlgorithm: 'RS256',
  rsaBits: 2048,
  kidOf: computeThumbprintKid,
  jwksPath: '/.well-known/jwks',
  jwksContentType: 'application/json',
  documentMaxAgeSeconds: DOCUMENT_MAX_AGE_SECONDS,
  cacheControl: `public, max-age=${DOCUMENT_MAX_AGE_SECONDS}, must-revalidate`,
  defaultTtlSeconds: 3_600,
  minTtlSeconds: 1,
  maxTtlSeconds: 86_400,
  headerOf: ({ alg, kid }) => ({ alg, kid, typ: 'JWT' }),
  notBeforeOffsetSeconds: 0,
  jtiOf: (uuid) => uuid,
  audienceForm: 'as-asked',
  defaultSubject: 'local:developer',
  defaultAudience: (issuerUrl) => issuerUrl,
  discovery: (algorithms) => ({
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
    scopes_supported: ['openid'],
  }),
} as const satisfies Omit<IssuerProfile, 'platform'>;

/** Every platform that there is, by name; null: known, but not emulated yet. */
export type ProfileTable = ReadonlyMap<string, IssuerProfile | null>;

/** @throws MintmarkError `platform_unknown`, or `platform_unavailable` for one that is not emulated yet. */
export function requireProfile(profiles: ProfileTable, platform: string): IssuerProfile {
  const profile = profiles.get(platform);
  if (profile === undefined) throw new MintmarkError('platform_unknown');
  if (profile === null) throw new MintmarkError('platform_unavailable', `${platform} is not emulated yet`);
  return profile;
}

/**
 * How long a key stays published after it stopped signing: until its last token has expired in every cache, seconds.
 */
export function computeKeyOverlap({ maxTtlSeconds, documentMaxAgeSeconds }: IssuerProfile): number {
  return maxTtlSeconds + documentMaxAgeSeconds;
}
