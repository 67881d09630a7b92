import type { TokenRepository } from '../store/store.ts';
import { identifyToken } from '../verify/token-identity.ts';
import { readClaims } from './read-claims.ts';

/** The revoked tokens in memory: verification asks for each token, and must not wait for the disk. */
export interface RevokedTokens {
  /** `identity` as `identifyToken` says it. */
  has(issuerId: number, identity: string): boolean;
  add(issuerId: number, claimsJson: string): void;
}

/** Loads all that was ever revoked: the time that says that a token is over may be set back. */
export function loadRevokedTokens(tokens: TokenRepository): RevokedTokens {
  const byIssuer = new Map<number, Set<string>>();
  const add = (issuerId: number, claimsJson: string): void => {
    const identity = identifyToken({ claims: readClaims(claimsJson), claimsJson });
    const known = byIssuer.get(issuerId);
    if (known === undefined) byIssuer.set(issuerId, new Set([identity]));
    else known.add(identity);
  };
  for (const { issuerId, claimsJson } of tokens.revoked()) add(issuerId, claimsJson);
  return { add, has: (issuerId, identity) => byIssuer.get(issuerId)?.has(identity) === true };
}
