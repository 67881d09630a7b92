import type { KeySet, OtherName } from '../verify/keys.ts';
import type { IssuerContext } from './context.ts';
import type { IssuerEntry } from './keyring.ts';

/** The answer for a URL below our own base URL where no issuer is. */
export const ABSENT_ISSUER = {
  ok: false,
  code: 'iss_mismatch',
  detail: 'There is no such issuer here.',
} as const satisfies KeySet;

const keySets = new WeakMap<IssuerEntry, KeySet>();

/**
 * The keys of an own issuer with what became of them, and its revoked tokens; null when the URL is no issuer of ours.
 * As fresh as the last commit; one object per state of the issuer.
 */
export function localKeySet({ keyring, revokedTokens }: IssuerContext, issuerUrl: string): KeySet | null {
  const issuer = keyring.byUrl(issuerUrl);
  if (issuer === undefined) return null;
  const known = keySets.get(issuer);
  if (known !== undefined) return known;
  const keySet: KeySet = {
    ok: true,
    provenance: 'local-issuer',
    keys: issuer.verificationKeys,
    isRevoked: (identity) => revokedTokens.has(issuer.row.slug, identity),
    otherNames: listOtherNames(issuer),
  };
  keySets.set(issuer, keySet);
  return keySet;
}

/** Its present name goes before the one that it had: it may have moved back. */
function listOtherNames({ realIssuer, previousIssuer }: IssuerEntry): readonly OtherName[] {
  return [
    ...(realIssuer === null ? [] : [{ issuer: realIssuer, notAfter: null }]),
    ...(previousIssuer === null ? [] : [previousIssuer]),
  ];
}
