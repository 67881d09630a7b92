/** What the documented interfaces send, as a stranger would type it: written from the contract, not from the code. */

export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export interface Key {
  kid: string;
  alg: Algorithm;
  state: 'next' | 'active' | 'retiring' | 'retired' | 'revoked';
  createdAt: string;
  activatedAt: string | null;
  retiringAt: string | null;
  retiredAt: string | null;
  revokedAt: string | null;
  verifiesUntil: string | null;
  publicJwk: Record<string, unknown>;
}

export interface Issuer {
  slug: string;
  platform: string;
  url: string;
  jwksUri: string;
  alg: Algorithm;
  tokenTtlSeconds: number;
  rotation: { everySeconds: number; leadSeconds: number; nextAt: string | null } | null;
  keys: Key[];
}

export interface Minted {
  token: string;
  jti: string;
  kid: string;
  issuer: string;
  header: Record<string, unknown>;
  claims: Record<string, unknown> & { iss: string; sub: string; iat: number; nbf: number; exp: number; jti: string };
  expiresAt: string;
}

export interface TokenRecord {
  jti: string;
  issuer: string;
  kid: string;
  issuedAt: string;
  expiresAt: string;
  revokedAt: string | null;
  claims: Record<string, unknown>;
}

export interface Verdict {
  status: 'accepted' | 'refused' | 'undecided';
  reason: string | null;
  provenance: 'local-issuer' | 'trusted-issuer' | 'supplied-keys' | 'none';
  checks: { name: string; outcome: 'pass' | 'fail' | 'skip'; code: string | null; detail: string }[];
  header: Record<string, unknown> | null;
  claims: Record<string, unknown> | null;
  issuer: string | null;
  kid: string | null;
  jti: string | null;
  expiresAt: string | null;
  changesAt: string | null;
}

export interface LogEvent {
  seq: number;
  at: string;
  name: string;
  issuer: string | null;
  subject: string | null;
  detail: Record<string, unknown>;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Problem {
  type?: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
}

export interface Jwks {
  keys: (Record<string, unknown> & { kid: string; alg: string; kty: string })[];
}

export interface Expectation {
  issuer?: string;
  audience?: string | string[];
  claims?: Record<string, unknown>;
  requiredClaims?: string[];
  algorithms?: string[];
  leewaySeconds?: number;
  kidRequired?: boolean;
  type?: string;
  maxLifetimeSeconds?: number;
}

/** The names and the order that a verdict's checks have (CONTRACT §6). */
export const CHECK_ORDER = [
  'format',
  'algorithm',
  'key',
  'signature',
  'issuer',
  'audience',
  'type',
  'expiry',
  'not-before',
  'issued-at',
  'claims',
  'revocation',
];
