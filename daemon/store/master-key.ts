import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

/** A key-encryption key. The first of a ring encrypts, every one decrypts. */
export interface MasterKey {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly key: KeyObject;
}

/** The key-encryption keys of a running store. */
export interface MasterKeyRing {
  newest(): MasterKey;
  find(id: string): MasterKey | undefined;
  /** The newest first. */
  all(): readonly [MasterKey, ...MasterKey[]];
  /** Puts a new key first; durable when this returns. */
  add(nowMs: number): MasterKey;
  /** Drops every key but the first; durable when this returns. */
  dropOlder(): void;
}

export function generateMasterKey(nowMs: number): MasterKey {
  const bytes = randomBytes(32);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return { id: randomBytes(9).toString('base64url'), createdAt: nowMs, key };
}

/**
 * @param persist writes the keys durably before the ring goes by them; for a store in memory it does nothing
 */
export function createMasterKeyRing(
  keys: readonly [MasterKey, ...MasterKey[]],
  persist: (keys: readonly MasterKey[]) => void,
): MasterKeyRing {
  let [first, ...older] = keys;
  return {
    newest: () => first,
    all: () => [first, ...older],
    find: (id) => (first.id === id ? first : older.find((key) => key.id === id)),
    add(nowMs) {
      const next = generateMasterKey(nowMs);
      persist([next, first, ...older]);
      older = [first, ...older];
      first = next;
      return next;
    },
    dropOlder() {
      persist([first]);
      older = [];
    },
  };
}
