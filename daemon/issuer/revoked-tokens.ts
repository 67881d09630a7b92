import type { TokenRepository } from '../store/store.ts';
import { identifyToken } from '../verify/token-identity.ts';
import { readClaims } from './read-claims.ts';

/**
 * The revoked tokens in memory: verification asks for each token, and must not wait for the disk. By the slug of their
 * issuer, which is its name in `iss`: no revocation is lost when the issuer is deleted and made anew with the same key.
 */
export interface RevokedTokens {
  /** `identity` as `identifyToken` says it. */
  has(slug: string, identity: string): boolean;
  add(slug: string, claimsJson: string): void;
}

/** Loads all that was ever revoked: the time that says that a token is over may be set back. */
export function loadRevokedTokens(tokens: TokenRepository): RevokedTokens {
  const byIssuer = new Map<string, Set<string>>();
  const add = (slug: string, claimsJson: string): void => {
    const identity = identifyToken({ claims: readClaims(claimsJson), claimsJson });
    const known = byIssuer.get(slug);
    if (known === undefined) byIssuer.set(slug, new Set([identity]));
    else known.add(identity);
  };
  for (const { slug, claimsJson } of tokens.revoked()) add(slug, claimsJson);
  return { add, has: (slug, identity) => byIssuer.get(slug)?.has(identity) === true };
}
