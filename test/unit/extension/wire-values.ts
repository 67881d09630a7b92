import type { Issuer, Key, LogEvent, TokenRecord } from '../../../daemon/protocol/resources.ts';

/** Saturday noon, UTC. */
export const NOW = Date.parse('2026-11-21T12:00:00Z');

export const at = (seconds: number): string => new Date(NOW + seconds * 1_000).toISOString();

export function makeKey(change: Partial<Key> = {}): Key {
  return {
    kid: 'NzbLsXh8poDEqFAKEKID',
    alg: 'RS256',
    state: 'active',
    canSign: true,
    createdAt: at(-240),
    activatedAt: at(-240),
    signsFrom: null,
    retiringAt: null,
    retiredAt: null,
    revokedAt: null,
    verifiesUntil: null,
    publicJwk: {},
    ...change,
  };
}

export function makeIssuer(change: Partial<Issuer> = {}): Issuer {
  const slug = change.slug ?? 'default';
  return {
    slug,
    platform: 'generic',
    url: `http://localhost:6468/issuers/${slug}`,
    jwksUri: `http://localhost:6468/issuers/${slug}/.well-known/jwks.json`,
    alg: 'RS256',
    nextAlg: 'RS256',
    tokenTtlSeconds: 3_600,
    options: {},
    documentMaxAgeSeconds: 600,
    keyOverlapSeconds: 87_000,
    createdAt: at(-240),
    rotation: null,
    keySetFingerprint: 'fingerprint',
    keys: [makeKey()],
    ...change,
  };
}

export function makeRecord(change: Partial<TokenRecord> = {}): TokenRecord {
  const issuer = change.issuer ?? 'http://localhost:6468/issuers/default';
  return {
    jti: '0123456789abcdef',
    issuer,
    kid: makeKey().kid,
    subject: 'repo:acme/shop',
    audience: 'https://api.example.test',
    issuedAt: at(-60),
    expiresAt: at(240),
    revokedAt: null,
    claims: { iss: issuer },
    ...change,
  };
}

export function makeEvent(change: Partial<LogEvent> = {}): LogEvent {
  return {
    seq: 1,
    at: at(-60),
    name: 'key.activated',
    issuer: 'default',
    subject: makeKey().kid,
    detail: {},
    ...change,
  };
}
