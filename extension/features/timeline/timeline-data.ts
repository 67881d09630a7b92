import type { Issuer, Key, TokenRecord } from '../../../daemon/protocol/resources.ts';
import type { TimelineKey, TimelineToken } from '../../../webview/protocol.ts';

/** A key as the page draws it, in milliseconds since the epoch. */
export function toTimelineKey(key: Key): TimelineKey {
  const { kid, alg, state, canSign } = key;
  return {
    kid,
    alg,
    state,
    canSign,
    createdAt: Date.parse(key.createdAt),
    activatedAt: readInstant(key.activatedAt),
    signsFrom: readInstant(key.signsFrom),
    retiringAt: readInstant(key.retiringAt),
    verifiesUntil: readInstant(key.verifiesUntil),
    retiredAt: readInstant(key.retiredAt),
    revokedAt: readInstant(key.revokedAt),
  };
}

export function toTimelineToken({ kid, subject, issuedAt, expiresAt, revokedAt }: TokenRecord): TimelineToken {
  return {
    kid,
    subject: subject?.slice(0, 1_000) ?? null,
    issuedAt: Date.parse(issuedAt),
    expiresAt: Date.parse(expiresAt),
    revoked: revokedAt !== null,
  };
}

function readInstant(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

/** The issuer that is shown: the chosen one while it exists, else `default`, else the first. */
export function findShown(issuers: readonly Issuer[], slug: string): Issuer | undefined {
  return (
    issuers.find((issuer) => issuer.slug === slug) ?? issuers.find((issuer) => issuer.slug === 'default') ?? issuers[0]
  );
}
