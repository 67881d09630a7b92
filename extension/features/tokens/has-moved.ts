import type { TokenRecord } from '../../../daemon/protocol/resources.ts';
import { LOOPBACK_NAMES } from '../../../daemon/token/loopback-names.ts';

/**
 * Does a token surely name its issuer as that was called before its base URL changed? A record has the present URL of
 * its issuer, the claims what the token says. A look-alike names somebody else there, which is no such sign: only a
 * URL of this machine is one that lies at the same path as the present one.
 */
export function hasMoved({ issuer, claims: { iss } }: Pick<TokenRecord, 'issuer' | 'claims'>): boolean {
  if (typeof iss !== 'string' || iss === issuer || !URL.canParse(iss)) return false;
  const path = issuer.slice(issuer.lastIndexOf('/issuers/'));
  return LOOPBACK_NAMES.has(new URL(iss).hostname) && iss.endsWith(path);
}
