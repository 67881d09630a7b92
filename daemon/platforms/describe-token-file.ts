import type { RunFile } from '../protocol/jobs.ts';
import type { MintedToken } from '../protocol/resources.ts';

/**
 * The file of a token that is renewed when 80 % of its life are over. Only its owner may
 * read it.
 * @param mostSeconds renewed after this long at the latest
 */
export function describeTokenFile(
  path: string,
  { token, claims }: MintedToken,
  mostSeconds = Number.POSITIVE_INFINITY,
): RunFile {
  const lifeSeconds = Number(claims.exp) - Number(claims.iat);
  return { path, mode: 0o600, content: token, refreshSeconds: Math.min(Math.floor(lifeSeconds * 0.8), mostSeconds) };
}
