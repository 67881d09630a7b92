import type { ProblemCode } from '../problem.ts';

export interface Weakness {
  readonly code: Extract<ProblemCode, 'weak_key' | 'key_too_large'>;
  readonly detail: string;
}

const MIN_BITS = 2048;
const MAX_BITS = 8192;
const MAX_EXPONENT_BITS = 64;

/** Odd primes that a modulus is divided by: small factors, and the fingerprint below. */
const SMALL_PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
] as const;

/**
 * Why an RSA public key must not be used, or null: size (RFC 7518 §3.3), an exponent that signs nothing or stalls, an
 * even modulus, one with a small factor, or the fingerprint of the broken generator of CVE-2017-15361 (ROCA).
 */
export function findRsaWeakness(n: bigint, e: bigint): Weakness | null {
  const bits = n.toString(2).length;
  if (bits > MAX_BITS)
    return { code: 'key_too_large', detail: `the RSA modulus has ${bits} bits, more than ${MAX_BITS}` };
  const detail = describeWeakness(n, e, bits);
  return detail === null ? null : { code: 'weak_key', detail };
}

function describeWeakness(n: bigint, e: bigint, bits: number): string | null {
  if (bits < MIN_BITS) return `the RSA modulus has ${bits} bits, ${MIN_BITS} are needed`;
  if (e < 3n || (e & 1n) === 0n) return 'the RSA exponent must be odd and at least 3';
  if (e.toString(2).length > MAX_EXPONENT_BITS) return `the RSA exponent has more than ${MAX_EXPONENT_BITS} bits`;
  if ((n & 1n) === 0n) return 'the RSA modulus is even';
  const residues = SMALL_PRIMES.map((prime) => Number(n % BigInt(prime)));
  if (residues.includes(0)) return 'the RSA modulus has a small factor';
  if (residues.every((residue, index) => isPowerOfGenerator(residue, SMALL_PRIMES[index] ?? 3))) {
    return 'the RSA modulus comes from a broken generator (ROCA)';
  }
  return null;
}

/** Is `residue` a power of 65537 modulo `prime`? Every modulus of the ROCA generator is one for all small primes. */
function isPowerOfGenerator(residue: number, prime: number): boolean {
  const generator = 65_537 % prime;
  let power = 1;
  do {
    if (power === residue) return true;
    power = (power * generator) % prime;
  } while (power !== 1);
  return false;
}
