/** Crockford's base 32, as ULIDs are written. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 26;

/**
 * Writes 128 bits as a ULID: 26 digits, the first three bits of which are free. A UUIDv7 and a ULID both begin with 48
 * bits of milliseconds, so that the order stays.
 * @param hex 32 hex digits; hyphens do not count
 */
export function formatUlid(hex: string): string {
  let rest = BigInt(`0x${hex.replaceAll('-', '')}`);
  let text = '';
  for (let digit = 0; digit < LENGTH; digit += 1) {
    text = DIGITS.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return text;
}
