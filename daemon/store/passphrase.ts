import { createSecretKey, type KeyObject, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);

/** How a key was derived: bounded, since a file could else ask for any amount of memory and time. */
const parametersSchema = z.strictObject({
  kdf: z.literal('scrypt'),
  N: z.union([z.literal(131_072), z.literal(262_144), z.literal(524_288)]),
  r: z.literal(8),
  p: z.number().int().min(1).max(4),
  salt: base64url.min(22).max(86),
});
export type PassphraseParameters = z.infer<typeof parametersSchema>;

/** A key sealed with a passphrase, as it lies in `master.key`; `ciphertext` is nonce | ciphertext | tag. */
export const sealedKeySchema = parametersSchema.extend({ ciphertext: base64url.min(40).max(200) });

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
