import type { Issuer, Key } from '../protocol/resources.ts';
import { formatMilliseconds } from '../token/time-words.ts';
import { formatMillisecondsOrNull } from './instants.ts';
import { describeRotation } from './key-plan.ts';
import { isPublished } from './key-states.ts';
import type { IssuerEntry, KeyEntry } from './keyring.ts';
import { chooseNextAlgorithm } from './new-key.ts';
import { computeKeyOverlap } from './profile.ts';
import { pickPublicMembers } from './public-jwk.ts';
import { toJwksUri } from './published-documents.ts';
import { computeKeySetFingerprint } from './thumbprint.ts';

/** A key as callers see it; nothing of its private half. */
export function toKeyView({ row, alg, privateKey }: KeyEntry): Key {
  return {
    kid: row.kid,
    alg,
    state: row.state,
    canSign: privateKey !== null,
    createdAt: formatMilliseconds(row.createdAt),
    activatedAt: formatMillisecondsOrNull(row.activatedAt),
    retiringAt: formatMillisecondsOrNull(row.retiringAt),
    retiredAt: formatMillisecondsOrNull(row.retiredAt),
    revokedAt: formatMillisecondsOrNull(row.revokedAt),
    signsFrom: formatMillisecondsOrNull(row.signsFrom),
    verifiesUntil: row.state === 'retiring' ? formatMillisecondsOrNull(row.verifiesUntil) : null,
    publicJwk: pickPublicMembers(row.publicJwk),
  };
}

/** An issuer as callers see it at `nowMs`, ms since the epoch. */
export function toIssuerView(entry: IssuerEntry, nowMs: number): Issuer {
  return {
    slug: entry.row.slug,
    platform: entry.profile.platform,
    url: entry.url,
    jwksUri: toJwksUri(entry.url, entry.profile),
    alg: entry.alg,
    nextAlg: chooseNextAlgorithm(entry),
    tokenTtlSeconds: entry.row.tokenTtlSeconds,
    options: { ...entry.row.options },
    ...(entry.realIssuer !== null && { realIssuer: entry.realIssuer }),
    ...viewPreviousIssuer(entry, nowMs),
    documentMaxAgeSeconds: entry.profile.documentMaxAgeSeconds,
    keyOverlapSeconds: computeKeyOverlap(entry.profile),
    createdAt: formatMilliseconds(entry.row.createdAt),
    rotation: describeRotation(entry, nowMs),
    keySetFingerprint: computeKeySetFingerprint(listPublished(entry)),
    keys: entry.keys.map(toKeyView),
  };
}

function viewPreviousIssuer(
  { previousIssuer, realIssuer }: IssuerEntry,
  nowMs: number,
): Pick<Issuer, 'previousIssuer'> {
  if (previousIssuer === null || previousIssuer.issuer === realIssuer || nowMs >= previousIssuer.notAfter) return {};
  const { issuer, notAfter } = previousIssuer;
  return { previousIssuer: { issuer, acceptedUntil: formatMilliseconds(notAfter) } };
}

function listPublished({ keys }: IssuerEntry): readonly string[] {
  return keys.filter(({ row }) => isPublished(row.state)).map(({ row }) => row.kid);
}
