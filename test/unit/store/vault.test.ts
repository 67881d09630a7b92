import { createSecretKey, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openBytes, sealBytes } from '../../../daemon/store/envelope.ts';
import { createMasterKeyRing, generateMasterKey } from '../../../daemon/store/master-key.ts';
import { writeMasterKeys } from '../../../daemon/store/master-key-file.ts';
import { openMemoryStore } from '../../../daemon/store/open-store.ts';
import type { Store } from '../../../daemon/store/store.ts';
import { makeCheck, requireCheck } from '../../../daemon/store/vault.ts';
import { BINDING, codeOf, copyHome, makeHome, NOW, openTestStore, readBytes, SECRET, seedIssuer } from './fixtures.ts';

const filesOf = (home: string) => readdirSync(home).map((name) => [name, readFileSync(join(home, name), 'base64')]);
const readKeyFile = (home: string) => JSON.parse(readFileSync(join(home, 'master.key'), 'utf8'));

describe('a sealed value', () => {
  const key = createSecretKey(randomBytes(32));
  const binding = { purpose: 'signing-key', name: 'k1' } as const;
  const sealed = sealBytes(key, Buffer.from('plain'), binding);

  it('opens under its key and binding', () => {
    expect(openBytes(key, sealed, binding)?.toString()).toBe('plain');
  });

  it('is never the same twice', () => {
    expect(sealBytes(key, Buffer.from('plain'), binding).equals(sealed)).toBe(false);
  });

  it('does not open with any one bit changed', () => {
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(openBytes(key, changed, binding)).toBeNull();
    }
  });

  it.each([
    ['another name', { purpose: 'signing-key', name: 'k2' }],
    ['another purpose', { purpose: 'master-key', name: 'k1' }],
  ] as const)('does not open for %s', (_name, other) => {
    expect(openBytes(key, sealed, other)).toBeNull();
  });

  it('does not open when cut short', () => {
    for (const length of [0, 1, 12, 27, 28, sealed.length - 1]) {
      expect(openBytes(key, sealed.subarray(0, length), binding)).toBeNull();
    }
  });
});

describe('the vault', () => {
  let home = '';
  beforeEach(async () => {
    home = makeHome();
    const store = await openTestStore(home);
    seedIssuer(store);
    store.close();
  });

  /** The first commit after an opening scrubs whatever it is: here it is over. */
  async function openWrittenStore(): Promise<Store> {
    const store = await openTestStore(home);
    store.transaction(() => {
      store.events.append({ at: NOW, name: 'first', issuerId: null, subject: null, detail: {} });
    });
    return store;
  }

  it('opens a private key after a restart and keeps its bytes out of every file', async () => {
    const store = await openTestStore(home);
    const wrapped = store.keys.wrapped(1);
    expect(wrapped && store.vault.unwrap(wrapped, BINDING).toString()).toBe(SECRET);
    for (const name of readdirSync(home)) expect(readBytes(home, name).includes(SECRET)).toBe(false);
  });

  it('quarantines a key whose bytes were damaged or swapped; others work', async () => {
    const store = await openTestStore(home);
    seedIssuer(store, 'other', 'k2');
    const [first, second] = [store.keys.wrapped(1), store.keys.wrapped(2)];
    if (first === undefined || second === undefined) throw new Error('no keys');
    expect(await codeOf(() => store.vault.unwrap(second, BINDING))).toBe('key_unavailable');
    expect(await codeOf(() => store.vault.unwrap({ ...first, kekId: 'gone' }, BINDING))).toBe('key_unavailable');
    const damaged = Buffer.from(first.sealed);
    damaged[20] = (damaged[20] ?? 0) ^ 1;
    expect(await codeOf(() => store.vault.unwrap({ ...first, sealed: damaged }, BINDING))).toBe('key_unavailable');
    expect(store.vault.unwrap(second, { ...BINDING, kid: 'k2' }).toString()).toBe(SECRET);
  });

  it('rotates its master key: every key readable, nothing left of the old one', async () => {
    const store = await openWrittenStore();
    const before = store.keys.wrapped(1);
    const old = readKeyFile(home).keys[0];
    const { id, rewrapped } = store.vault.rotate(NOW);
    expect(rewrapped).toBe(1);
    expect(readKeyFile(home).keys).toEqual([expect.objectContaining({ id })]);
    const after = store.keys.wrapped(1);
    expect(after?.kekId).toBe(id);
    expect(after && store.vault.unwrap(after, BINDING).toString()).toBe(SECRET);
    for (const name of ['mintmark.db', 'mintmark.db-wal']) {
      expect(before && readBytes(home, name).includes(before.sealed)).toBe(false);
    }
    store.close();
    expect(readFileSync(join(home, 'master.key'), 'utf8')).not.toContain(old.id);
    expect((await openTestStore(home)).keys.all().filter(({ hasPrivate }) => hasPrivate)).toHaveLength(1);
  });

  it.each(['before', 'after'])('is readable after a crash %s the keys were wrapped anew', async (moment) => {
    const before = copyHome(home);
    const store = await openTestStore(home);
    const [oldKey] = readKeyFile(home).keys;
    store.vault.rotate(NOW);
    store.close();
    // Between the steps both master keys are in the file, the new one first.
    const keys = [...readKeyFile(home).keys, oldKey];
    const crashed = moment === 'before' ? before : home;
    writeFileSync(join(crashed, 'master.key'), JSON.stringify({ version: 1, keys }));
    const again = await openTestStore(crashed);
    const wrapped = again.keys.wrapped(1);
    expect(wrapped && again.vault.unwrap(wrapped, BINDING).toString()).toBe(SECRET);
    expect(again.vault.wrap(Buffer.from('x'), BINDING).kekId).toBe(keys[0].id);
  });

  it('does not let master.key grow with rotations that fail, and finishes them once it can', async () => {
    const store = await openTestStore(home);
    const wrapped = store.keys.wrapped(1);
    if (wrapped === undefined) throw new Error('no key');
    const damaged = Buffer.from(wrapped.sealed);
    damaged[20] = (damaged[20] ?? 0) ^ 1;
    store.transaction(() => store.keys.replaceWrapped(1, { ...wrapped, sealed: damaged }));
    for (let n = 0; n < 20; n += 1) expect(await codeOf(() => store.vault.rotate(NOW))).toBe('key_unavailable');
    expect(readKeyFile(home).keys).toHaveLength(2);
    store.close();
    const again = await openTestStore(home);
    again.transaction(() => again.keys.replaceWrapped(1, wrapped));
    const { id } = again.vault.rotate(NOW);
    expect(readKeyFile(home).keys).toEqual([expect.objectContaining({ id })]);
    const anew = again.keys.wrapped(1);
    expect(anew && again.vault.unwrap(anew, BINDING).toString()).toBe(SECRET);
  });

  it('destroys a private half on the disk too', async () => {
    const store = await openWrittenStore();
    const sealed = store.keys.wrapped(1)?.sealed ?? Buffer.from('none');
    expect(readBytes(home, 'mintmark.db').includes(sealed)).toBe(true);
    store.transaction(() => {
      store.keys.update(1, { state: 'retired', retiredAt: NOW });
      store.keys.destroyPrivate(1);
    });
    for (const name of ['mintmark.db', 'mintmark.db-wal']) expect(readBytes(home, name).includes(sealed)).toBe(false);
  });

  it('refuses a database without its master key, and another one, without a write', async () => {
    const other = makeHome();
    (await openTestStore(other)).close();
    const withoutKey = copyHome(home);
    rmSync(join(withoutKey, 'master.key'));
    const withForeignKey = copyHome(home);
    writeFileSync(join(withForeignKey, 'master.key'), readBytes(other, 'master.key'));
    for (const [directory, code] of [
      [withoutKey, 'master_key_missing'],
      [withForeignKey, 'master_key_wrong'],
    ] as const) {
      const before = filesOf(directory);
      expect(await codeOf(() => openTestStore(directory))).toBe(code);
      expect(filesOf(directory)).toEqual(before);
    }
  });

  it('is not content with a master key that opens the check value but not every private key', async () => {
    const ring = createMasterKeyRing([generateMasterKey(NOW)], () => {});
    const { id } = ring.newest();
    expect(await codeOf(() => requireCheck(ring, makeCheck(ring), [id]))).toBeNull();
    expect(await codeOf(() => requireCheck(ring, makeCheck(ring), [id, 'another']))).toBe('master_key_wrong');
  });

  it.each([
    ['empty', ''],
    ['no JSON', 'x'],
    ['without keys', '{"version":1,"keys":[]}'],
    ['of another version', '{"version":2,"keys":[]}'],
    ['with a short key', '{"version":1,"keys":[{"id":"a","createdAt":"2026-11-22T00:00:00Z","key":"AAAA"}]}'],
  ])('refuses a master.key that is %s', async (_name, text) => {
    writeFileSync(join(home, 'master.key'), text);
    expect(await codeOf(() => openTestStore(home))).toBe('master_key_wrong');
  });

  it('needs no file in memory', () => {
    const store = openMemoryStore(NOW);
    seedIssuer(store);
    store.vault.rotate(NOW);
    const wrapped = store.keys.wrapped(1);
    expect(wrapped && store.vault.unwrap(wrapped, BINDING).toString()).toBe(SECRET);
  });
});

describe('a passphrase', () => {
  it('seals the master key from the start and opens it again', async () => {
    const home = makeHome();
    const store = await openTestStore(home, 'correct horse');
    seedIssuer(store);
    store.vault.rotate(NOW);
    store.close();
    const [entry] = readKeyFile(home).keys;
    expect(entry).not.toHaveProperty('key');
    expect(entry.sealed).toMatchObject({ kdf: 'scrypt', N: 131_072, r: 8, p: 1 });
    const before = filesOf(home);
    expect(await codeOf(() => openTestStore(home))).toBe('passphrase_required');
    expect(await codeOf(() => openTestStore(home, 'wrong'))).toBe('master_key_wrong');
    expect(filesOf(home)).toEqual(before);
    const again = await openTestStore(home, 'correct horse');
    const wrapped = again.keys.wrapped(1);
    expect(wrapped && again.vault.unwrap(wrapped, BINDING).toString()).toBe(SECRET);
  });

  it('seals a master key that lay in the clear', async () => {
    const home = makeHome();
    (await openTestStore(home)).close();
    const { key } = readKeyFile(home).keys[0];
    (await openTestStore(home, 'later')).close();
    expect(readFileSync(join(home, 'master.key'), 'utf8')).not.toContain(key);
    expect(await codeOf(() => openTestStore(home))).toBe('passphrase_required');
    (await openTestStore(home, 'later')).close();
  });

  it('seals what lay in the clear beside what it sealed before', async () => {
    const home = makeHome();
    (await openTestStore(home, 'mine')).close();
    const content = readKeyFile(home);
    const key = randomBytes(32).toString('base64url');
    content.keys.push({ id: 'older', createdAt: new Date(NOW).toISOString(), key });
    writeFileSync(join(home, 'master.key'), JSON.stringify(content));
    (await openTestStore(home, 'mine')).close();
    expect(readFileSync(join(home, 'master.key'), 'utf8')).not.toContain(key);
    expect(readKeyFile(home).keys).toEqual([
      expect.objectContaining({ id: content.keys[0].id, sealed: expect.anything() }),
      expect.objectContaining({ id: 'older', sealed: expect.anything() }),
    ]);
  });

  it('is refused without a write when it would seal a foreign master key', async () => {
    const home = makeHome();
    (await openTestStore(home)).close();
    const { id, createdAt } = readKeyFile(home).keys[0];
    writeMasterKeys(home, [{ id, createdAt: Date.parse(createdAt), key: createSecretKey(randomBytes(32)) }], null);
    const before = filesOf(home);
    expect(await codeOf(() => openTestStore(home, 'any'))).toBe('master_key_wrong');
    expect(filesOf(home)).toEqual(before);
  });
});
