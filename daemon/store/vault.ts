import { MintmarkError } from '../problem.ts';
import { openBytes, sealBytes } from './envelope.ts';
import type { MasterKeyRing } from './master-key.ts';
import type { MetaTable } from './meta-table.ts';
import type { WrappedKey } from './rows.ts';
import type { KeyRepository, RunRepository, Vault } from './store.ts';

/** What the check value holds; any fixed text does, its authentication is the point. */
const CHECK_TEXT = Buffer.from('mintmark master key check');

export interface VaultParts {
  readonly ring: MasterKeyRing;
  readonly keys: KeyRepository;
  readonly runs: Pick<RunRepository, 'authenticateAll'>;
  readonly meta: MetaTable;
  readonly transaction: <T>(work: () => T) => T;
  /** Removes old wrappings from the disk once a rotation is durable. */
  readonly scrub: () => void;
}

export function createVault({ ring, keys, runs, meta, transaction, scrub }: VaultParts): Vault {
  const wrap: Vault['wrap'] = (plain, { kid, purpose }) => {
    const { id, key } = ring.newest();
    return { kekId: id, sealed: sealBytes(key, plain, { purpose, name: kid }) };
  };
  const unwrap: Vault['unwrap'] = ({ kekId, sealed }, { kid, purpose }) => {
    const key = ring.find(kekId)?.key;
    const plain = key === undefined ? null : openBytes(key, sealed, { purpose, name: kid });
    if (plain === null) throw new MintmarkError('key_unavailable', `The private half of key ${kid} does not open`);
    return plain;
  };

  function rewrapAll(): number {
    const rows = keys.all().filter(({ hasPrivate }) => hasPrivate);
    for (const { id, kid } of rows) {
      const wrapped = keys.wrapped(id);
      if (wrapped === undefined) throw new MintmarkError('key_unavailable');
      const binding = { kid, purpose: 'signing-key' as const };
      const plain = unwrap(wrapped, binding);
      keys.replaceWrapped(id, wrap(plain, binding));
      plain.fill(0);
    }
    keys.authenticateAll();
    runs.authenticateAll();
    meta.writeCheck(makeCheck(ring));
    return rows.length;
  }

  return {
    wrap,
    unwrap,
    rotate(nowMs) {
      // A rotation that was interrupted goes on with the key that it made: `master.key` must not grow with every try.
      const isFinished = meta.readCheck()?.kekId === ring.newest().id;
      const { id } = isFinished ? ring.add(nowMs) : ring.newest();
      const rewrapped = transaction(rewrapAll);
      ring.dropOlder();
      scrub();
      return { id, rewrapped };
    },
  };
}

/** A value by which a database knows its master key. */
export function makeCheck(ring: MasterKeyRing): WrappedKey {
  const { id, key } = ring.newest();
  return { kekId: id, sealed: sealBytes(key, CHECK_TEXT, { purpose: 'check', name: id }) };
}

/**
 * @param kekIds of the key-encryption keys that wrapped something in the database
 * @throws MintmarkError `master_key_wrong` when the ring is not the one of the database
 */
export function requireCheck(ring: MasterKeyRing, check: WrappedKey, kekIds: readonly string[]): void {
  const key = ring.find(check.kekId)?.key;
  const plain = key === undefined ? null : openBytes(key, check.sealed, { purpose: 'check', name: check.kekId });
  if (plain === null || !plain.equals(CHECK_TEXT) || kekIds.some((id) => ring.find(id) === undefined)) {
    throw new MintmarkError('master_key_wrong');
  }
}
