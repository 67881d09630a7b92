import { isJsonObject } from './json-column.ts';
import type { PassphraseParameters } from './passphrase.ts';

/** One key-encryption key as `master.key` holds it. Binary values are base64url. */
interface NamedEntry {
  readonly id: string;
  /** RFC 3339 */
  readonly createdAt: string;
}
export interface PlainKeyEntry extends NamedEntry {
  readonly key: string;
}
export interface SealedKeyEntry extends NamedEntry {
  /** `ciphertext` is nonce | ciphertext | tag. */
  readonly sealed: PassphraseParameters & { readonly ciphertext: string };
}
export type KeyEntry = PlainKeyEntry | SealedKeyEntry;

type Members = Readonly<Record<string, unknown>>;

/**
 * scrypt costs that we are ready to pay: a file could else ask for any amount of memory (128 * N * r bytes) and time.
 */
const ALLOWED_N: readonly unknown[] = [131_072, 262_144, 524_288];

/**
 * Reads the text of `master.key`: `{"version":1,"keys":[…]}`, the encrypting key first. By hand, since the daemon's
 * start should not wait for a schema library.
 *
 * @throws Error for any other form; its message quotes nothing of the text
 */
export function parseMasterKeyText(text: string): readonly KeyEntry[] {
  const file = requireMembers(JSON.parse(text), ['version', 'keys']);
  const { keys } = file;
  insist(file.version === 1 && Array.isArray(keys) && keys.length >= 1 && keys.length <= 16);
  return keys.map(parseEntry);
}

function parseEntry(value: unknown): KeyEntry {
  const isSealed = typeof value === 'object' && value !== null && 'sealed' in value;
  const entry = requireMembers(value, ['id', 'createdAt', isSealed ? 'sealed' : 'key']);
  const named = { id: requireText(entry.id, /^[\w-]{1,64}$/), createdAt: requireText(entry.createdAt, /^\d{4}-.*Z$/) };
  insist(!Number.isNaN(Date.parse(named.createdAt)));
  if (!isSealed) return { ...named, key: requireText(entry.key, /^[\w-]{43}$/) };
  const sealed = requireMembers(entry.sealed, ['kdf', 'N', 'r', 'p', 'salt', 'ciphertext']);
  insist(sealed.kdf === 'scrypt' && ALLOWED_N.includes(sealed.N) && sealed.r === 8 && sealed.p === 1);
  return {
    ...named,
    sealed: {
      kdf: 'scrypt',
      N: Number(sealed.N),
      r: 8,
      p: 1,
      salt: requireText(sealed.salt, /^[\w-]{22,86}$/),
      ciphertext: requireText(sealed.ciphertext, /^[\w-]{40,200}$/),
    },
  };
}

/** An object with exactly these members. */
function requireMembers(value: unknown, names: readonly string[]): Members {
  insist(isJsonObject(value) && Object.keys(value).length === names.length);
  insist(names.every((name) => Object.hasOwn(value, name)));
  return value;
}

function requireText(value: unknown, form: RegExp): string {
  insist(typeof value === 'string' && form.test(value));
  return value;
}

function insist(condition: boolean): asserts condition {
  if (!condition) throw new Error('master.key is not of its form');
}
