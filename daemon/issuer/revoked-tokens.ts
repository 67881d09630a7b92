import type { TokenRepository } from '../store/store.ts';

/** The revoked tokens in memory: verification asks for each token, and must not wait for the disk. */
export interface RevokedTokens {
  has(issuerId: number, jti: string): boolean;
  add(issuerId: number, jti: string): void;
}

/** Loads all that was ever revoked: the time that says that a token is over may be set back. */
export function loadRevokedTokens(tokens: TokenRepository): RevokedTokens {
  const byIssuer = new Map<number, Set<string>>();
  const add = (issuerId: number, jti: string): void => {
    const known = byIssuer.get(issuerId);
    if (known === undefined) byIssuer.set(issuerId, new Set([jti]));
    else known.add(jti);
  };
  for (const { issuerId, jti } of tokens.revoked()) add(issuerId, jti);
  return { add, has: (issuerId, jti) => byIssuer.get(issuerId)?.has(jti) === true };
}
