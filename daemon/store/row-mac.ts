import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { MasterKey, MasterKeyRing } from './master-key.ts';

/**
 * Authenticates rows that decide whose signatures are believed. Who can write the database file, or a backup of it, but
 * does not have the master key, can then neither plant a key nor bring a revoked one back to life.
 */
export interface RowMac {
  make(content: readonly unknown[]): Buffer;
  holds(content: readonly unknown[], mac: Uint8Array): boolean;
}

/** HMAC-SHA256 over the content as JSON, under a key derived from the key-encryption key (RFC 5869). */
export function createRowMac(ring: Pick<MasterKeyRing, 'all'>): RowMac {
  const derived = new Map<string, Buffer>();
  const derive = ({ id, key }: MasterKey): Buffer => {
    const known = derived.get(id);
    if (known !== undefined) return known;
    const made = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'mintmark row mac', 32));
    derived.set(id, made);
    return made;
  };
  const compute = (key: MasterKey, content: readonly unknown[]): Buffer =>
    createHmac('sha256', derive(key)).update(JSON.stringify(content)).digest();

  return {
    make: (content) => compute(ring.all()[0], content),
    holds: (content, mac) =>
      ring.all().some((key) => {
        const expected = compute(key, content);
        return expected.length === mac.length && timingSafeEqual(expected, mac);
      }),
  };
}
