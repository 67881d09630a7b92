import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../../daemon/store/open-store.ts';
import { addToken, atEnd, codeOf, copyHome, makeHome, NOW, openTestStore, readBytes, seedIssuer } from './fixtures.ts';

async function makeUsedHome(tokens = 300): Promise<string> {
  const home = makeHome();
  const store = await openTestStore(home);
  seedIssuer(store);
  store.transaction(() => {
    for (let n = 0; n < tokens; n += 1) addToken(store, `t${n}`, { claimsJson: 'x'.repeat(1_000) });
  });
  store.close();
  return home;
}

/** A copy taken while the store is open: what a power cut leaves. */
async function makeCrashedHome(): Promise<string> {
  const home = await makeUsedHome(20);
  const store = await openTestStore(home);
  for (let n = 20; n < 40; n += 1) addToken(store, `t${n}`, { claimsJson: 'x'.repeat(1_000) });
  return copyHome(home);
}

describe('a store', () => {
  it('keeps its instance and its rows', async () => {
    const home = await makeUsedHome(3);
    const first = await openTestStore(home);
    first.close();
    const second = await openTestStore(home);
    expect(second.instance).toBe(first.instance);
    expect(second.tokens.count()).toBe(3);
    expect(second.issuers.all()).toHaveLength(1);
  });

  it('leaves one file of the database after a clean stop', async () => {
    const home = await makeUsedHome(3);
    expect(readdirSync(home).sort()).toEqual(['master.key', 'mintmark.db']);
  });

  it('can be closed twice', async () => {
    const store = await openTestStore(makeHome());
    store.close();
    store.close();
  });

  it('commits who waits when it is closed', async () => {
    const home = await makeUsedHome(0);
    const store = await openTestStore(home);
    const waiting = store.commits.reserve().commit(() => addToken(store, 'last'));
    store.close();
    await waiting;
    expect((await openTestStore(home)).tokens.byJti('last')).toBeDefined();
  });

  it('wipes the passphrase that it was given', async () => {
    const passphrase = Buffer.from('secret');
    const store = await openStore({ directory: makeHome(), passphrase, nowMs: NOW });
    atEnd(() => store.close());
    expect(passphrase.every((byte) => byte === 0)).toBe(true);
  });

  it('takes at most 1.5 bytes of disk per byte of claims, the event included', async () => {
    const home = makeHome();
    const store = await openTestStore(home);
    seedIssuer(store);
    store.transaction(() => {
      for (let n = 0; n < 5_000; n += 1) {
        const jti = `019a0000-0000-7000-8000-${String(n).padStart(12, '0')}`;
        store.tokens.insert({
          jti,
          issuerId: 1,
          keyId: 1,
          issuedAt: 1_795_000_000 + n,
          expiresAt: 1_795_003_600 + n,
          claimsJson: 'c'.repeat(1_050),
        });
        store.events.append({
          at: NOW,
          name: 'token.minted',
          issuerId: 1,
          subject: jti,
          detail: { kid: 'k'.repeat(43) },
        });
      }
    });
    store.close();
    expect(readBytes(home, 'mintmark.db').length / (5_000 * 1_050)).toBeLessThan(1.5);
  });

  it('refuses writes and goes on reading when its directory was deleted or moved', async () => {
    const home = await makeUsedHome(3);
    const store = await openTestStore(home);
    rmSync(home, { recursive: true });
    expect(await codeOf(() => addToken(store, 'lost'))).toBe('database_unavailable');
    expect(store.writeFault()).toContain('moved or deleted');
    expect(store.tokens.byJti('t1')).toBeDefined();
  });
});

it('refuses writes when another file has taken its place, which nobody would find them in', async () => {
  const home = await makeUsedHome(3);
  const store = await openTestStore(home);
  const path = join(home, 'mintmark.db');
  copyFileSync(path, `${path}-copy`);
  renameSync(`${path}-copy`, path);
  expect(await codeOf(() => addToken(store, 'lost'))).toBe('database_unavailable');
  expect(store.writeFault()).toContain('moved or deleted');
});

describe('a damaged database is refused and left as it is:', () => {
  const spoil = (home: string, change: (path: string) => void) => change(join(home, 'mintmark.db'));
  const faults: [name: string, code: string, change: (path: string) => void][] = [
    ['empty', 'state_missing', (path) => truncateSync(path, 0)],
    ['deleted', 'state_missing', (path) => rmSync(path)],
    ['another text', 'database_corrupt', (path) => writeFileSync(path, 'not a database, but rather long '.repeat(99))],
    ['header garbage', 'database_corrupt', (path) => overwrite(path, 0, Buffer.alloc(100, 0xa5))],
    ['cut in half', 'database_corrupt', (path) => truncateSync(path, Math.floor(readBytes(path).length / 2))],
    ['cut by a page', 'database_corrupt', (path) => truncateSync(path, readBytes(path).length - 8_192)],
    ['200 bytes flipped', 'database_corrupt', flipBytes],
    ['a page of zeros', 'database_corrupt', (path) => overwrite(path, 5 * 8_192, Buffer.alloc(8_192))],
  ];
  it.each(faults)('%s', async (_name, code, change) => {
    const home = await makeUsedHome();
    spoil(home, change);
    const path = join(home, 'mintmark.db');
    const before = existsSync(path) ? readBytes(path) : null;
    expect(await codeOf(() => openTestStore(home))).toBe(code);
    expect(existsSync(path) ? readBytes(path) : null).toEqual(before);
  });

  it('a directory in its place', async () => {
    const home = await makeUsedHome(1);
    rmSync(join(home, 'mintmark.db'));
    mkdirSync(join(home, 'mintmark.db'));
    expect(await codeOf(() => openTestStore(home))).toBe('state_insecure');
  });

  it('but an empty one before the first master key is a first start that was cut off', async () => {
    const home = makeHome();
    mkdirSync(home, { mode: 0o700 });
    writeFileSync(join(home, 'mintmark.db'), '', { mode: 0o600 });
    seedIssuer(await openTestStore(home));
  });
});

it('a first start clears away what would undo it', async () => {
  const home = makeHome();
  mkdirSync(home, { mode: 0o700 });
  // Of a database that never came to be: taken for the new one's, they would undo it.
  const stale = ['mintmark.db-journal', 'mintmark.db-wal', 'mintmark.db-shm'];
  for (const name of stale) writeFileSync(join(home, name), 'x', { mode: 0o600 });
  const store = await openTestStore(home);
  seedIssuer(store);
  store.close();
  expect(readdirSync(home).sort()).toEqual(['master.key', 'mintmark.db']);
});

it('a first start takes the log of a database that was lost for nothing', async () => {
  const lost = await makeCrashedHome();
  const home = makeHome();
  mkdirSync(home, { mode: 0o700 });
  for (const name of ['mintmark.db-wal', 'mintmark.db-shm']) copyFileSync(join(lost, name), join(home, name));
  const store = await openTestStore(home);
  expect(store.tokens.count()).toBe(0);
  expect(store.issuers.all()).toEqual([]);
  seedIssuer(store);
  store.close();
  expect((await openTestStore(home)).issuers.all()).toHaveLength(1);
});

describe('after a crash', () => {
  it('everything committed is there', async () => {
    const store = await openTestStore(await makeCrashedHome());
    expect(store.tokens.count()).toBe(40);
    expect(store.events.lastSeq()).toBe(40);
  });

  it('the shared memory file is not needed', async () => {
    const home = await makeCrashedHome();
    rmSync(join(home, 'mintmark.db-shm'));
    expect((await openTestStore(home)).tokens.count()).toBe(40);
  });

  it('a log that is gone is told: the state before it is there', async () => {
    const home = await makeCrashedHome();
    rmSync(join(home, 'mintmark.db-wal'));
    const store = await openTestStore(home);
    // The first commit after an opening is put into the database itself at once.
    expect(store.tokens.count()).toBe(21);
    expect(store.events.after(21, 9).map(({ name }) => name)).toEqual(['database.log_missing']);
    store.close();
    expect((await openTestStore(home)).events.lastSeq()).toBe(22);
  });

  it('a run that read only and ended in order leaves nothing to miss', async () => {
    const home = await makeCrashedHome();
    (await openTestStore(home)).close();
    const store = await openTestStore(home);
    expect(store.events.lastSeq()).toBe(40);
  });

  it('a log of another database is refused', async () => {
    const home = await makeCrashedHome();
    const other = await makeCrashedHome();
    copyFileSync(join(other, 'mintmark.db-wal'), join(home, 'mintmark.db-wal'));
    rmSync(join(home, 'mintmark.db-shm'));
    const before = readBytes(home, 'mintmark.db');
    expect(await codeOf(() => openTestStore(home))).toBe('database_corrupt');
    expect(readBytes(home, 'mintmark.db').equals(before)).toBe(true);
  });

  it('a log of garbage is ignored', async () => {
    const home = await makeCrashedHome();
    writeFileSync(join(home, 'mintmark.db-wal'), Buffer.alloc(100_000, 0x5a));
    expect((await openTestStore(home)).tokens.count()).toBe(21);
  });
});

function overwrite(path: string, offset: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, offset);
  closeSync(file);
}

/** One byte in each of 200 places, spread evenly, none in the header. */
function flipBytes(path: string): void {
  const bytes = readBytes(path);
  for (let n = 1; n <= 200; n += 1) {
    const at = Math.floor((bytes.length * n) / 201);
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  }
  writeFileSync(path, bytes);
}
