import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

/** Of AES-256-GCM, bytes (NIST SP 800-38D §8.2: a random nonce of 96 bits is good for 2^32 uses of a key). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 1;

/** What a sealed value is for. Bytes sealed for one use or name do not open for another. */
export interface Binding {
  readonly purpose: 'signing-key' | 'check' | 'master-key';
  readonly name: string;
}

/** @returns nonce (12) | ciphertext | tag (16) */
export function sealBytes(key: KeyObject, plain: Uint8Array, binding: Binding): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(encodeBinding(binding));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @returns the plain bytes, or null when they do not authenticate under this key and binding */
export function openBytes(key: KeyObject, sealed: Uint8Array, binding: Binding): Buffer | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(encodeBinding(binding));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    plain.fill(0);
    return null;
  }
}

/** A JSON array of strings and a number: no two bindings have the same text. */
function encodeBinding({ purpose, name }: Binding): Buffer {
  return Buffer.from(JSON.stringify(['mintmark', FORMAT, purpose, name]));
}
