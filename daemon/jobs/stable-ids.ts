import { createHash } from 'node:crypto';

/**
 * Ids that only the platform could know are derived from names, so that the same repository has the same id in every
 * token: a trust policy that pins one keeps working. None of them is secret or random.
 */

/** The run of a job that is only looked at: no token has its ids. */
export const PREVIEW_RUN = 'preview';

/** A UUID in the form of version 5 (RFC 9562 §5.5). */
export function deriveUuid(...names: readonly string[]): string {
  const bytes = digest(names).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A decimal number with so many digits, the first not 0; at most 14, so that JSON keeps it exact. */
export function deriveNumber(digits: number, ...names: readonly string[]): number {
  const least = 10 ** (digits - 1);
  return least + (digest(names).readUIntBE(0, 6) % (9 * least));
}

/** So many lower-case hex digits, 64 at most. */
export function deriveHex(length: number, ...names: readonly string[]): string {
  return digest(names).toString('hex').slice(0, length);
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** So many letters and digits, 32 at most: `ws-…`, `prj_…` and the like. */
export function deriveLetters(length: number, ...names: readonly string[]): string {
  return [...digest(names).subarray(0, length)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

function digest(names: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(names)).digest();
}
