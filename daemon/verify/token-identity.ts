import { hash } from 'node:crypto';
import type { CompactToken } from '../token/compact.ts';
import { readClaim } from '../token/read-claim.ts';

/**
 * What a token is called when it is revoked: its `jti` (RFC 7519 §4.1.7), or for one of a platform that writes none, a
 * digest of its payload. Never the token's text, of which there can be several. Two tokens without `jti` that were
 * minted in one second with the same claims are one token.
 */
export function identifyToken({ claims, claimsJson }: Pick<CompactToken, 'claims' | 'claimsJson'>): string {
  const jti = readClaim(claims, 'jti');
  return typeof jti === 'string' ? `jti ${jti}` : `payload ${hash('sha256', claimsJson, 'base64url')}`;
}
