import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  changeKey,
  createIssuer,
  expectStatus,
  fetchJwks,
  mint,
  rotate,
  showIssuer,
  startDaemon,
  verify,
} from '../support/daemon.ts';
import { makeHome, runCli } from '../support/program.ts';

let place: ReturnType<typeof makeHome>;
let home: string;
beforeEach(() => {
  place = makeHome();
  home = place.home;
});
afterEach(() => place.remove());

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const serve = (...more: string[]) => runCli(['serve', '--port', '0', '--json', '--home', home, ...more], { home });

/** A state directory as an earlier run left it, with one token's record in it. */
async function makeUsedHome(): Promise<{ jti: string; token: string; port: number }> {
  const daemon = await startDaemon({ home });
  const { jti, token } = await mint(daemon, 'default', { audience: 'x' });
  await daemon.terminate();
  return { jti, token, port: daemon.port };
}

describe('the state directory', () => {
  it('and every file in it are for the owner alone, even under umask 000', async () => {
    const daemon = await startDaemon({ home, shell: 'umask 000' });
    await mint(daemon);
    await rotate(daemon);
    expect(modeOf(home)).toBe('700');
    const files = readdirSync(home);
    expect(files).toEqual(expect.arrayContaining(['mintmark.db', 'master.key', 'daemon.json']));
    for (const name of files) expect({ name, mode: modeOf(join(home, name)) }).toEqual({ name, mode: '600' });
    await daemon.terminate();
    for (const name of readdirSync(home)) expect(modeOf(join(home, name))).toBe('600');
  });

  it('holds its log with the same mode when the daemon runs in the background', async () => {
    const started = await runCli(['start', '--port', '0', '--home', home], { home });
    expect(started.code).toBe(0);
    expect(modeOf(join(home, 'daemon.log'))).toBe('600');
    expect((await runCli(['stop', '--home', home], { home })).code).toBe(0);
  });

  const loose: [string, () => void][] = [
    ['readable by the group', () => mkdirSync(home, { mode: 0o750 })],
    [
      'open to everyone',
      () => {
        mkdirSync(home);
        chmodSync(home, 0o777);
      },
    ],
    [
      'a symbolic link',
      () => {
        mkdirSync(join(place.parent, 'real'), { mode: 0o700 });
        symlinkSync(join(place.parent, 'real'), home);
      },
    ],
    ['a file', () => writeFileSync(home, '', { mode: 0o600 })],
    [
      'below a directory where anyone may rename it',
      () => {
        chmodSync(place.parent, 0o777);
      },
    ],
  ];
  it.each(loose)('that is %s is refused with exit 3 and one line that says how to mend it', async (_what, spoil) => {
    spoil();
    const { code, stdout, stderr } = await serve();
    chmodSync(place.parent, 0o700);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(join(home, 'mintmark.db'))).toBe(false);
    expect(existsSync(join(place.parent, 'real', 'mintmark.db'))).toBe(false);
  });

  const spoiledFiles: [string, string, (path: string) => void][] = [
    ['a master key that the group may read', 'master.key', (path) => chmodSync(path, 0o640)],
    ['a database that everyone may read', 'mintmark.db', (path) => chmodSync(path, 0o644)],
    [
      'a database that is a symbolic link',
      'mintmark.db',
      (path) => {
        renameSync(path, `${path}.real`);
        symlinkSync(`${path}.real`, path);
      },
    ],
    ['a master key with a second name', 'master.key', (path) => linkSync(path, join(path, '../../second'))],
    [
      'a master key that is a directory',
      'master.key',
      (path) => {
        rmSync(path);
        mkdirSync(path, { mode: 0o700 });
      },
    ],
  ];
  it.each(spoiledFiles)('with %s is refused with exit 3', async (_what, name, spoil) => {
    await makeUsedHome();
    spoil(join(home, name));
    expect(await serve()).toMatchObject({ code: 3, stdout: '' });
  });

  it('with a daemon.json that others may read gives no client its credential', async () => {
    const daemon = await startDaemon({ home });
    chmodSync(join(home, 'daemon.json'), 0o644);
    expect((await daemon.cli(['mint'])).code).toBe(3);
    chmodSync(join(home, 'daemon.json'), 0o600);
    expect((await daemon.cli(['mint'])).code).toBe(0);
    await daemon.terminate();
  });

  it('may have a name with blanks, quotes, a newline and letters of any script', async () => {
    const odd = join(place.parent, `a 'b" c\nд é`);
    const daemon = await startDaemon({ home: odd });
    expect((await mint(daemon)).token).toMatch(/^ey/);
    await daemon.terminate();
  });
});

describe('after a restart', () => {
  it('keys, kids, tokens, revocations and events are what they were', async () => {
    const first = await startDaemon({ home });
    await createIssuer(first, 'shop', { alg: 'ES256' });
    const kept = await mint(first, 'shop');
    const revoked = await mint(first, 'shop');
    expectStatus(await first.control('POST', `/tokens/${revoked.jti}/revoke`, {}), 200);
    await rotate(first, 'shop');
    const next = await rotate(first, 'shop', { prepublish: true });
    const stolen = await mint(first, 'default');
    await changeKey(first, 'default', stolen.kid, 'revoke');
    const before = await Promise.all(['shop', 'default'].map((slug) => showIssuer(first, slug)));
    const events = (await first.control('GET', '/events?limit=1000')).text;
    const jwks = await fetchJwks(`${first.baseUrl}/issuers/shop`);
    await first.terminate();

    const second = await startDaemon({ home, port: first.port });
    expect(await Promise.all(['shop', 'default'].map((slug) => showIssuer(second, slug)))).toEqual(before);
    expect(await fetchJwks(`${second.baseUrl}/issuers/shop`)).toEqual(jwks);
    expect((await second.control('GET', '/events?limit=1000')).text).toBe(events);
    expect(await verify(second, kept.token)).toMatchObject({ status: 'accepted' });
    expect(await verify(second, revoked.token)).toMatchObject({ status: 'refused', reason: 'token_revoked' });
    expect(await verify(second, stolen.token)).toMatchObject({ status: 'refused', reason: 'key_revoked' });
    const active = before[0]?.keys.find(({ state }) => state === 'active')?.kid;
    expect((await mint(second, 'shop')).kid).toBe(active);
    expect(await changeKey(second, 'shop', next.kid, 'activate')).toMatchObject({ state: 'active' });
    await second.terminate();
  });

  it('the control token is another one', async () => {
    const first = await startDaemon({ home });
    await first.terminate();
    const second = await startDaemon({ home });
    expect(second.controlToken).not.toBe(first.controlToken);
    await second.terminate();
  });
});

describe('a database that is not right', () => {
  it('but newer than the program is refused with exit 3 and not a byte of it changed', async () => {
    await makeUsedHome();
    const path = join(home, 'mintmark.db');
    const database = new Database(path);
    database.pragma('user_version = 9999');
    database.close();
    const before = digestOf(path);
    const { code, stdout, stderr } = await serve();
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr.toLowerCase()).toContain('newer');
    expect(digestOf(path)).toBe(before);
    expect(existsSync(join(home, 'daemon.json'))).toBe(false);
  });

  const damage: [string, (path: string) => void][] = [
    ['empty', (path) => writeFileSync(path, '')],
    ['no database', (path) => writeFileSync(path, 'hello, world'.repeat(1000))],
    [
      'cut in half',
      (path) => {
        const bytes = readFileSync(path);
        writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
      },
    ],
    ['missing, while its master key is there', (path) => rmSync(path)],
    [
      "another program's",
      (path) => {
        rmSync(path);
        const database = new Database(path);
        database.exec('CREATE TABLE other (x)');
        database.close();
        chmodSync(path, 0o600);
      },
    ],
  ];
  it.each(damage)('that is %s is refused with exit 3 and never begun anew', async (_what, spoil) => {
    await makeUsedHome();
    const path = join(home, 'mintmark.db');
    for (const side of ['-wal', '-shm']) rmSync(`${path}${side}`, { force: true });
    spoil(path);
    const before = existsSync(path) ? digestOf(path) : null;
    expect(await serve()).toMatchObject({ code: 3, stdout: '' });
    expect(existsSync(path) ? digestOf(path) : null).toBe(before);
  });

  it.each([
    ['missing', (path: string) => rmSync(path)],
    [
      'of another daemon',
      (path: string) => {
        const file = JSON.parse(readFileSync(path, 'utf8')) as { keys: { key: string }[] };
        for (const entry of file.keys) entry.key = Buffer.alloc(32, 7).toString('base64url');
        writeFileSync(path, JSON.stringify(file), { mode: 0o600 });
      },
    ],
  ])('is what a database is whose master key is %s: exit 3, untouched', async (_what, spoil) => {
    await makeUsedHome();
    const path = join(home, 'mintmark.db');
    const before = digestOf(path);
    spoil(join(home, 'master.key'));
    expect(await serve()).toMatchObject({ code: 3, stdout: '' });
    expect(digestOf(path)).toBe(before);
  });
});

describe('a master key that is missing', () => {
  it.each(['serve', 'start'])('is told by %s with the way to mend it', async (command) => {
    await makeUsedHome();
    const path = join(home, 'master.key');
    rmSync(path);
    const { code, stdout, stderr } = await runCli([command, '--port', '0', '--home', home], { home });
    expect({ code, stdout, stderr }).toEqual({
      code: 3,
      stdout: '',
      stderr: `mintmark: The master key is missing, and without it no private key opens: put the one of this database back as ${path}\n`,
    });
  });
});

describe('backup and restore', () => {
  it('bring back what was there, and only that', async () => {
    const daemon = await startDaemon({ home });
    const early = await mint(daemon, 'default', { audience: 'x' });
    const file = join(place.parent, 'backup.db');
    expect((await daemon.cli(['backup', file])).code).toBe(0);
    expect(modeOf(file)).toBe('600');
    const late = await mint(daemon, 'default', { audience: 'x' });
    await rotate(daemon);
    expect((await daemon.cli(['restore', file])).code).toBe(3);
    await daemon.terminate();

    expect((await runCli(['restore', file, '--home', home], { home })).code).toBe(0);
    const restored = await startDaemon({ home, port: daemon.port });
    expect((await restored.control('GET', `/tokens/${early.jti}`)).status).toBe(200);
    expect((await restored.control('GET', `/tokens/${late.jti}`)).status).toBe(404);
    expect(await verify(restored, early.token)).toMatchObject({ status: 'accepted' });
    expect((await mint(restored)).kid).toBe(early.kid);
    await restored.terminate();
  });

  it('have nothing to copy of a daemon that keeps nothing, nor where none was ever started', async () => {
    const file = join(place.parent, 'backup.db');
    expect(await runCli(['backup', file, '--home', home], { home })).toMatchObject({ code: 2, stdout: '' });
    await makeUsedHome();
    const daemon = await startDaemon({ home, args: ['--ephemeral'] });
    const refused = await daemon.cli(['backup', file]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('--ephemeral');
    await daemon.terminate();
    expect((await runCli(['backup', file, '--home', home], { home })).code).toBe(0);
  });

  it('never write over a file that is there', async () => {
    const daemon = await startDaemon({ home });
    const file = join(place.parent, 'precious.txt');
    writeFileSync(file, 'precious');
    expect((await daemon.cli(['backup', file])).code).not.toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('precious');
    await daemon.terminate();
  });

  it('take no file that is no backup, and leave the state as it was', async () => {
    const { jti } = await makeUsedHome();
    const file = join(place.parent, 'junk.db');
    writeFileSync(file, 'junk'.repeat(4096), { mode: 0o600 });
    expect((await runCli(['restore', file, '--home', home], { home })).code).toBe(2);
    const daemon = await startDaemon({ home });
    expect((await daemon.control('GET', `/tokens/${jti}`)).status).toBe(200);
    await daemon.terminate();
  });

  it.each([
    ['options', "UPDATE issuers SET options = 'x'"],
    ['there is no such platform', "UPDATE issuers SET platform = 'nope'"],
  ])(
    'take no copy with which no daemon would start; a database like it names what to put back: %s',
    async (fault, sql) => {
      await makeUsedHome();
      const file = join(place.parent, 'backup.db');
      const run = (...argv: string[]) => runCli([...argv, '--home', home], { home });
      expect((await run('backup', file)).code).toBe(0);
      expect((await run('restore', file)).code).toBe(0);
      const replaced = readdirSync(home).find((name) => /\.replaced-\w+$/.test(name)) ?? '';
      for (const path of [file, join(home, 'mintmark.db')]) {
        const database = new Database(path);
        database.exec(sql);
        database.close();
      }
      const before = digestOf(join(home, 'mintmark.db'));
      const refused = await run('restore', file);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      const row = new RegExp(`Row \\d+ of issuers: ${fault}`);
      expect(refused.stderr).toMatch(row);
      expect(digestOf(join(home, 'mintmark.db'))).toBe(before);

      for (const command of ['serve', 'start']) {
        const { code, stderr } = await run(command, '--port', '0');
        expect({ command, code }).toEqual({ command, code: 3 });
        expect(stderr).toMatch(row);
        expect(stderr).toContain(`mintmark restore ${join(home, replaced)} --home ${home}`);
      }
      expect((await run('doctor')).code).toBe(3);
      expect((await run('restore', join(home, replaced))).code).toBe(0);
      expect((await run('doctor')).code).toBe(0);
      const daemon = await startDaemon({ home });
      await daemon.terminate();
    },
  );

  it('take away the token files of jobs that end with a restore, though their lease is not over', async () => {
    const daemon = await startDaemon({ home });
    const env = { XDG_RUNTIME_DIR: join(place.parent, 'runtime') };
    mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 });
    const listDirectories = () => readdirSync(env.XDG_RUNTIME_DIR);
    expect((await daemon.cli(['env', '--as', 'miren', '--lease', '24h'], { env })).code).toBe(0);
    const file = join(place.parent, 'backup.db');
    expect((await daemon.cli(['backup', file])).code).toBe(0);
    await daemon.terminate();
    expect(listDirectories()).toHaveLength(1);
    expect((await runCli(['restore', file, '--home', home], { home })).code).toBe(0);
    expect(listDirectories()).toEqual([]);
  });

  it('are consistent while the daemon mints', async () => {
    const daemon = await startDaemon({ home });
    const minting = Promise.all(Array.from({ length: 300 }, () => mint(daemon)));
    const file = join(place.parent, 'busy.db');
    expect((await daemon.cli(['backup', file])).code).toBe(0);
    await minting;
    const database = new Database(file, { readonly: true });
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    database.close();
    await daemon.terminate();
  });
});
