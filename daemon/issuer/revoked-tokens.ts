import type { TokenRepository } from '../store/store.ts';

/** A token that expired this long ago can be forgotten at a start: no leeway brings it back. Seconds. */
const FORGET_AFTER_SECONDS = 3_600;

/** The revoked tokens in memory: verification asks for each token, and must not wait for the disk. */
export interface RevokedTokens {
  has(issuerId: number, jti: string): boolean;
  add(issuerId: number, jti: string): void;
}

/** Loads what was revoked and may still be shown to somebody at `nowMs`. */
export function loadRevokedTokens(tokens: TokenRepository, nowMs: number): RevokedTokens {
  const byIssuer = new Map<number, Set<string>>();
  const add = (issuerId: number, jti: string): void => {
    const known = byIssuer.get(issuerId);
    if (known === undefined) byIssuer.set(issuerId, new Set([jti]));
    else known.add(jti);
  };
  for (const { issuerId, jti } of tokens.revokedAlive(Math.floor(nowMs / 1_000) - FORGET_AFTER_SECONDS)) {
    add(issuerId, jti);
  }
  return { add, has: (issuerId, jti) => byIssuer.get(issuerId)?.has(jti) === true };
}
