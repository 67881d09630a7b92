import type { KeyObject } from 'node:crypto';
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
  readonly defaultTtlSeconds: number;
  readonly minTtlSeconds: number;
  readonly maxTtlSeconds: number;
  /** `sub` and `aud` when the caller names none. */
  readonly defaultSubject: string;
  readonly defaultAudience: (issuerUrl: string) => string;
  /** Members of the discovery document besides `issuer` and `jwks_uri`. */
  readonly discovery: (algorithms: readonly SigningAlgorithm[]) => Readonly<Record<string, unknown>>;
}
