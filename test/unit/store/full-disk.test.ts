import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backupDatabase } from '../../../daemon/store/backup.ts';
import { checkDatabase } from '../../../daemon/store/check-database.ts';
import { MIGRATIONS, migrateDatabase, readUserVersion } from '../../../daemon/store/migrations.ts';
import { openForWriting } from '../../../daemon/store/sqlite.ts';
import type { Store } from '../../../daemon/store/store.ts';
import {
  ANY_ISSUERS,
  addToken,
  atEnd,
  BINDING,
  codeOf,
  makeHome,
  NOW,
  openTestStore,
  readBytes,
  SECRET,
  seedIssuer,
} from './fixtures.ts';

/** A file system of its own, 2 MB large; null where this process may not mount one. */
function mountSmallDisk(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const path = makeHome();
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return null;
  }
  atEnd(() => execFileSync('umount', ['--lazy', path]));
  return path;
}

/** Leaves at most a page or two. */
function fillDisk(path: string): void {
  for (let size = 1 << 20; size >= 1 << 12; ) {
    try {
      writeFileSync(join(path, `filler-${size}-${readdirSync(path).length}`), Buffer.alloc(size));
    } catch {
      size >>= 1;
    }
  }
}

function freeDisk(path: string): void {
  for (const name of readdirSync(path)) if (name.startsWith('filler')) rmSync(join(path, name));
}

async function mintUntilFull(store: Store): Promise<number> {
  for (let n = 0; n < 5_000; n += 1) {
    const code = await codeOf(() =>
      addToken(store, `t${n}`, { claimsJson: JSON.stringify({ sub: 'x'.repeat(1_000) }) }),
    );
    if (code === null) continue;
    expect(code).toBe('storage_full');
    return n;
  }
  throw new Error('The disk does not fill');
}

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

// Needs root on Linux: only there a file system of a few megabytes can be had.
describe.skipIf(!canMount)('on a full disk', () => {
  it('a write is refused whole, reading goes on, and writing works again once there is room', async ({ skip }) => {
    const disk = mountSmallDisk() ?? skip('no file system can be mounted here');
    const home = join(disk, 'home');
    const store = await openTestStore(home);
    seedIssuer(store);
    fillDisk(disk);
    const minted = await mintUntilFull(store);
    expect(store.tokens.count()).toBe(minted);
    expect(store.events.lastSeq()).toBe(minted);
    expect(store.writeFault()).toContain('SQLITE_');
    const wrapped = store.keys.wrapped(1);
    expect(wrapped && store.vault.unwrap(wrapped, BINDING).toString()).toBe(SECRET);
    freeDisk(disk);
    addToken(store, 'after');
    expect(store.writeFault()).toBeNull();
    expect(store.events.lastSeq()).toBe(minted + 1);
    store.close();
    expect(checkDatabase(home, ANY_ISSUERS).problems).toEqual([]);
  });

  it('every writer of a group learns that the group failed', async ({ skip }) => {
    const disk = mountSmallDisk() ?? skip('no file system can be mounted here');
    const store = await openTestStore(join(disk, 'home'));
    seedIssuer(store);
    fillDisk(disk);
    const minted = await mintUntilFull(store);
    const large = { claimsJson: JSON.stringify({ sub: 'x'.repeat(100_000) }) };
    const codes = ['a', 'b', 'c'].map((jti) =>
      codeOf(() => store.commits.reserve().commit(() => addToken(store, jti, large))),
    );
    expect(await Promise.all(codes)).toEqual(['storage_full', 'storage_full', 'storage_full']);
    expect(store.tokens.count()).toBe(minted);
  });

  it('a master key is rotated whole or not at all', async ({ skip }) => {
    const disk = mountSmallDisk() ?? skip('no file system can be mounted here');
    const home = join(disk, 'home');
    const store = await openTestStore(home);
    seedIssuer(store);
    const before = readBytes(home, 'master.key');
    fillDisk(disk);
    expect(await codeOf(() => store.vault.rotate(NOW))).toBe('storage_full');
    expect(readBytes(home, 'master.key').equals(before)).toBe(true);
    freeDisk(disk);
    store.close();
    const again = await openTestStore(home);
    const wrapped = again.keys.wrapped(1);
    expect(wrapped && again.vault.unwrap(wrapped, BINDING).toString()).toBe(SECRET);
  });

  it('a migration without room for its backup changes nothing', async ({ skip }) => {
    const disk = mountSmallDisk() ?? skip('no file system can be mounted here');
    const home = join(disk, 'home');
    (await openTestStore(home)).close();
    const database = openForWriting(join(home, 'mintmark.db'));
    atEnd(() => database.close());
    fillDisk(disk);
    const migrate = () => migrateDatabase(database, { directory: home }, [...MIGRATIONS, () => {}]);
    expect(await codeOf(migrate)).toBe('storage_full');
    expect(readUserVersion(database)).toBe(MIGRATIONS.length);
    expect(readdirSync(home).filter((name) => /before|tmp/.test(name))).toEqual([]);
  });

  it('a backup leaves nothing behind', async ({ skip }) => {
    const disk = mountSmallDisk() ?? skip('no file system can be mounted here');
    const home = makeHome();
    seedIssuer(await openTestStore(home));
    fillDisk(disk);
    const before = readdirSync(disk);
    expect(await codeOf(() => backupDatabase(home, join(disk, 'copy.db')))).toBe('storage_full');
    expect(readdirSync(disk)).toEqual(before);
  });

  it('a first start makes nothing that the next one trips over', async ({ skip }) => {
    const disk = mountSmallDisk() ?? skip('no file system can be mounted here');
    fillDisk(disk);
    const home = join(disk, 'home');
    expect(await codeOf(() => openTestStore(home))).toBe('storage_full');
    expect(existsSync(join(home, 'master.key'))).toBe(false);
    freeDisk(disk);
    seedIssuer(await openTestStore(home));
  });
});

describe.skipIf(!canMount)('on a read-only disk', () => {
  it('opening a store is refused, be it there or not', async ({ skip }) => {
    const disk = mountSmallDisk() ?? skip('no file system can be mounted here');
    const home = join(disk, 'home');
    const store = await openTestStore(home);
    seedIssuer(store);
    store.close();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    expect(await codeOf(() => openTestStore(home))).toBe('storage_readonly');
    expect(await codeOf(() => openTestStore(join(disk, 'other')))).toBe('storage_readonly');
  });
});
