import type { Issuer, Key } from '../protocol/resources.ts';
import { toInstant, toInstantOrNull } from './instants.ts';
import { describeRotation } from './key-plan.ts';
import type { IssuerEntry, KeyEntry } from './keyring.ts';
import { computeKeyOverlap } from './profile.ts';
import { pickPublicMembers } from './public-jwk.ts';
import { toJwksUri } from './published-documents.ts';

/** A key as callers see it; nothing of its private half. */
export function toKeyView({ row, alg }: KeyEntry): Key {
  return {
    kid: row.kid,
    alg,
    state: row.state,
    createdAt: toInstant(row.createdAt),
    activatedAt: toInstantOrNull(row.activatedAt),
    retiringAt: toInstantOrNull(row.retiringAt),
    retiredAt: toInstantOrNull(row.retiredAt),
    revokedAt: toInstantOrNull(row.revokedAt),
    verifiesUntil: row.state === 'retiring' ? toInstantOrNull(row.verifiesUntil) : null,
    publicJwk: pickPublicMembers(row.publicJwk),
  };
}

export function toIssuerView(entry: IssuerEntry): Issuer {
  return {
    slug: entry.row.slug,
    platform: entry.profile.platform,
    url: entry.url,
    jwksUri: toJwksUri(entry.url, entry.profile),
    alg: entry.alg,
    tokenTtlSeconds: entry.row.tokenTtlSeconds,
    documentMaxAgeSeconds: entry.profile.documentMaxAgeSeconds,
    keyOverlapSeconds: computeKeyOverlap(entry.profile),
    createdAt: toInstant(entry.row.createdAt),
    rotation: describeRotation(entry),
    keys: entry.keys.map(toKeyView),
  };
}
