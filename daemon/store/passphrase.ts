import { createSecretKey, type KeyObject, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** How a key was derived from a passphrase, as it lies in `master.key`. */
export interface PassphraseParameters {
  readonly kdf: 'scrypt';
  readonly N: number;
  readonly r: number;
  readonly p: number;
  /** base64url */
  readonly salt: string;
}

export interface PassphraseKey {
  readonly parameters: PassphraseParameters;
  readonly key: KeyObject;
}

/** Derives a key for a new file: 128 MiB and about 0.4 s of work off the loop (RFC 7914, OWASP's first choice). */
export function makePassphraseKey(passphrase: Buffer): Promise<PassphraseKey> {
  const salt = randomBytes(16).toString('base64url');
  return derivePassphraseKey(passphrase, { kdf: 'scrypt', N: 131_072, r: 8, p: 1, salt });
}

export async function derivePassphraseKey(
  passphrase: Buffer,
  parameters: PassphraseParameters,
): Promise<PassphraseKey> {
  const { N, r, p, salt } = parameters;
  const bytes = await deriveBytes(passphrase, Buffer.from(salt, 'base64url'), 32, { N, r, p, maxmem: 256 * N * r });
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return { parameters, key };
}

const deriveBytes = promisify<Buffer, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
);
