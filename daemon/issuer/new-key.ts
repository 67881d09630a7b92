import { MintmarkError } from '../problem.ts';
import type { SigningAlgorithm } from '../protocol/resources.ts';
import type { NewKey } from './change-keys.ts';
import type { IssuerContext } from './context.ts';
import type { KeyGenerator } from './generate-key.ts';
import type { IssuerEntry } from './keyring.ts';
import type { IssuerProfile } from './profile.ts';

/**
 * Generates a signing key and names it by the platform's rule. `generate` is the daemon's
 * queue, but for a key that cannot wait.
 * @throws MintmarkError `algorithm_unsupported`
 */
export async function generateNewKey(
  context: IssuerContext,
  profile: IssuerProfile,
  alg: SigningAlgorithm,
  generate: KeyGenerator = context.generateKey,
): Promise<NewKey> {
  requireAlgorithmOf(profile, alg);
  const pair = await generate(alg, profile.rsaBits);
  return { ...pair, alg, kid: profile.kidOf(pair.publicKey) };
}

/** What the next key of an issuer signs with when nobody says: what it signs with now, unless that is a legacy. */
export function chooseNextAlgorithm({ alg, profile }: Pick<IssuerEntry, 'alg' | 'profile'>): SigningAlgorithm {
  return profile.legacyAlgorithms?.includes(alg) === true ? profile.defaultAlgorithm : alg;
}

/** @throws MintmarkError `algorithm_unsupported` when the platform does not sign with `alg` */
export function requireAlgorithmOf(profile: IssuerProfile, alg: SigningAlgorithm): void {
  if (profile.algorithms.includes(alg)) return;
  throw new MintmarkError(
    'algorithm_unsupported',
    `${profile.platform} signs with ${profile.algorithms.join(', ')}, not with ${alg}`,
  );
}
