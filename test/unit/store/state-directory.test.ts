import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStateDirectory, STATE_FILES } from '../../../daemon/store/state-directory.ts';
import { atEnd, codeOf, makeHome, openTestStore, seedIssuer } from './fixtures.ts';

const isRoot = process.getuid?.() === 0;
const mode = (path: string) => lstatSync(path).mode & 0o777;

describe.skipIf(process.platform === 'win32')('opening a state directory', () => {
  it('creates it for its owner only, whatever the umask', async () => {
    const before = process.umask(0);
    atEnd(() => void process.umask(before));
    const home = join(makeHome(), 'a', 'b');
    seedIssuer(await openTestStore(home));
    expect(mode(home)).toBe(0o700);
    const files = readdirSync(home);
    expect(files).toEqual(expect.arrayContaining(['master.key', 'mintmark.db', 'mintmark.db-wal']));
    for (const name of files) expect([name, mode(join(home, name))]).toEqual([name, 0o600]);
  });

  it.each(['with space', `quo'te"s`, 'new\nline', 'ünï‑cødé 鍵', '-dash', 'file:name?mode=ro', 'per%20cent'])(
    'works at %j',
    async (name) => {
      const home = join(makeHome(), name);
      const store = await openTestStore(home);
      seedIssuer(store);
      store.close();
      expect((await openTestStore(home)).issuers.all()).toHaveLength(1);
    },
  );

  const faults: [string, (home: string) => void][] = [
    ['group-readable', (home) => chmodSync(home, 0o750)],
    ['world-writable', (home) => chmodSync(home, 0o777)],
    [
      'a symbolic link',
      (home) => {
        rmSync(home, { recursive: true });
        mkdirSync(`${home}-target`, { mode: 0o700 });
        symlinkSync(`${home}-target`, home);
      },
    ],
    [
      'a file',
      (home) => {
        rmSync(home, { recursive: true });
        writeFileSync(home, '', { mode: 0o600 });
      },
    ],
    ['below a directory that everybody can write', (home) => chmodSync(dirname(home), 0o777)],
  ];
  it.each(faults)('refuses one that is %s and changes nothing', async (_name, spoil) => {
    const home = makeHome();
    mkdirSync(home, { mode: 0o700 });
    spoil(home);
    expect(await codeOf(() => openTestStore(home))).toBe('state_insecure');
    if (lstatSync(home).isDirectory()) expect(readdirSync(home)).toEqual([]);
  });

  it('creates nothing below a directory that everybody can write', async () => {
    const home = makeHome();
    chmodSync(dirname(home), 0o777);
    expect(await codeOf(() => openStateDirectory(home))).toBe('state_insecure');
    expect(existsSync(home)).toBe(false);
  });

  it('accepts one below a sticky directory, as /tmp is', async () => {
    const home = makeHome();
    chmodSync(dirname(home), 0o1777);
    expect(openStateDirectory(home)).toBe(home);
  });

  it.skipIf(!isRoot)('refuses one that belongs to another user (only root can try)', async () => {
    const home = makeHome();
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, 65_534, 65_534);
    expect(await codeOf(() => openStateDirectory(home))).toBe('state_insecure');
  });

  const fileFaults: [string, (file: string) => void][] = [
    ['readable by others', (file) => chmodSync(file, 0o644)],
    [
      'a symbolic link',
      (file) => {
        rmSync(file);
        symlinkSync('/etc/hostname', file);
      },
    ],
    [
      'a dangling link',
      (file) => {
        rmSync(file);
        symlinkSync('/nowhere', file);
      },
    ],
    ['hard-linked twice', (file) => linkSync(file, `${dirname(file)}-second`)],
    [
      'a directory',
      (file) => {
        rmSync(file);
        mkdirSync(file, { mode: 0o700 });
      },
    ],
  ];
  for (const name of Object.values(STATE_FILES)) {
    it.each(fileFaults)(`refuses a ${name} that is %s`, async (_name, spoil) => {
      const home = makeHome();
      mkdirSync(home, { mode: 0o700 });
      writeFileSync(join(home, name), '', { mode: 0o600 });
      spoil(join(home, name));
      expect(await codeOf(() => openStateDirectory(home))).toBe('state_insecure');
    });
  }

  it('says how to mend it', () => {
    const home = makeHome();
    mkdirSync(home, { mode: 0o755 });
    expect(() => openStateDirectory(home)).toThrow(`chmod 0700 ${JSON.stringify(home)}`);
  });
});
