import type { KeyObject } from 'node:crypto';
import { MintmarkError } from '../problem.ts';
import type { PlatformName, SigningAlgorithm } from '../protocol/resources.ts';

/** What distinguishes one platform's issuers from another's. Platforms provide it; this room only uses it. */
export interface IssuerProfile {
  readonly platform: PlatformName;
  readonly algorithms: readonly SigningAlgorithm[];
  readonly defaultAlgorithm: SigningAlgorithm;
  /** RSA modulus length of generated keys, bits. */
  readonly rsaBits: number;
  /** How a key gets its `kid`. */
  readonly kidOf: (publicKey: KeyObject) => string;
  /** Where the JWKS lies below the issuer's URL, with its leading slash. */
  readonly jwksPath: string;
  readonly jwksContentType: string;
  /** How long others may keep discovery and JWKS, seconds: an old key stays published this much longer than its tokens. */
  readonly documentMaxAgeSeconds: number;
  /** `Cache-Control` of both documents; says the same max-age. */
  readonly cacheControl: string;
  readonly defaultTtlSeconds: number;
  readonly minTtlSeconds: number;
  readonly maxTtlSeconds: number;
  /** `sub` and `aud` when the caller names none. */
  readonly defaultSubject: string;
  readonly defaultAudience: (issuerUrl: string) => string | readonly string[];
  /** Members of the discovery document besides `issuer` and `jwks_uri`. */
  readonly discovery: (algorithms: readonly SigningAlgorithm[]) => Readonly<Record<string, unknown>>;
}

/** Every platform that there is, by name; null: known, but not emulated yet. */
export type ProfileTable = ReadonlyMap<string, IssuerProfile | null>;

/** @throws MintmarkError `platform_unknown`, or `platform_unavailable` for one that is not emulated yet. */
export function requireProfile(profiles: ProfileTable, platform: string): IssuerProfile {
  const profile = profiles.get(platform);
  if (profile === undefined) throw new MintmarkError('platform_unknown');
  if (profile === null) throw new MintmarkError('platform_unavailable', `${platform} is not emulated yet`);
  return profile;
}

/** How long a key stays published after it stopped signing: until its last token has expired in every cache, seconds. */
export function computeKeyOverlap({ maxTtlSeconds, documentMaxAgeSeconds }: IssuerProfile): number {
  return maxTtlSeconds + documentMaxAgeSeconds;
}
