import { MintmarkError } from '../problem.ts';
import type { SigningAlgorithm } from '../protocol/resources.ts';
import type { NewKey } from './change-keys.ts';
import type { IssuerContext } from './context.ts';
import type { IssuerProfile } from './profile.ts';

/** Generates a signing key and names it by the platform's rule. */
export async function generateNewKey(
  context: IssuerContext,
  profile: IssuerProfile,
  alg: SigningAlgorithm,
): Promise<NewKey> {
  requireAlgorithmOf(profile, alg);
  const pair = await context.generateKey(alg, profile.rsaBits);
  return { ...pair, alg, kid: profile.kidOf(pair.publicKey) };
}

/** @throws MintmarkError `algorithm_unsupported` when the platform does not sign with `alg` */
export function requireAlgorithmOf(profile: IssuerProfile, alg: SigningAlgorithm): void {
  if (profile.algorithms.includes(alg)) return;
  throw new MintmarkError(
    'algorithm_unsupported',
    `${profile.platform} signs with ${profile.algorithms.join(', ')}, not with ${alg}`,
  );
}
