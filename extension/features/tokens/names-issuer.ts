import type { Issuer, TokenRecord } from '../../../daemon/protocol/resources.ts';
import { hasCome } from '../../instant-words.ts';

/**
 * Does a token say in its `iss` that it is of the issuer that made it, by a name that the daemon believes? A look-alike
 * names somebody else there, and a token from before the base URL changed, or a public URL was given up, what its
 * issuer was called then: nothing tells these apart for sure, and the daemon refuses both.
 */
export function namesIssuer(
  { claims: { iss } }: Pick<TokenRecord, 'claims'>,
  { url, realIssuer, previousIssuer }: Pick<Issuer, 'url' | 'realIssuer' | 'previousIssuer'>,
  nowMs: number,
): boolean {
  if (iss === url || (iss !== undefined && iss === realIssuer)) return true;
  return previousIssuer !== undefined && iss === previousIssuer.issuer && !hasCome(previousIssuer.acceptedUntil, nowMs);
}
