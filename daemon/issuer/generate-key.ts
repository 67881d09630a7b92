import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlgorithm } from '../protocol/resources.ts';
import { ALGORITHM_SPECS } from './algorithms.ts';

export interface SigningKeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const generate = promisify(generateKeyPair);

/** Generates a key pair for `alg` on the thread pool. `rsaBits` counts for RSA only; e is 65537. */
export function generateSigningKey(alg: SigningAlgorithm, rsaBits: number): Promise<SigningKeyPair> {
  const spec = ALGORITHM_SPECS[alg];
  switch (spec.kty) {
    case 'RSA':
      return generate('rsa', { modulusLength: rsaBits, publicExponent: 65_537 });
    case 'EC':
      return generate('ec', { namedCurve: spec.namedCurve });
    case 'OKP':
      return generate('ed25519');
  }
}

export type KeyGenerator = typeof generateSigningKey;

/**
 * Generates one key at a time: a burst of rotations must not take every thread of the pool away from signing.
 */
export function createKeyGenerator(): KeyGenerator {
  let last: Promise<unknown> = Promise.resolve();
  return (alg, rsaBits) => {
    const next = last.then(() => generateSigningKey(alg, rsaBits));
    last = next.catch(() => undefined);
    return next;
  };
}
