import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../../../daemon/cli/run-cli.ts';
import { openStore } from '../../../../daemon/store/open-store.ts';
import { atEnd, makeHome, NOW, readBytes, seedIssuer } from '../../store/fixtures.ts';
import { createTestIo } from '../test-io.ts';

interface Check {
  readonly name: string;
  readonly outcome: string;
  readonly detail: string;
  readonly mend: string | null;
}

let home = '';
beforeEach(async () => {
  home = makeHome();
  await makeState(home);
});

async function makeState(directory: string, passphrase?: string): Promise<void> {
  const store = await openStore({
    directory,
    nowMs: NOW,
    ...(passphrase !== undefined && { passphrase: Buffer.from(passphrase) }),
  });
  seedIssuer(store);
  store.close();
}

async function ask(argv: readonly string[] = [], stdin?: string): Promise<{ code: number; checks: readonly Check[] }> {
  const io = createTestIo(stdin === undefined ? {} : { stdin });
  const code = await runCli(['doctor', '--json', '--home', home, ...argv], io);
  return { code, checks: (JSON.parse(io.stdoutText()) as { checks: Check[] }).checks };
}

async function look(name: string, ...asked: Parameters<typeof ask>) {
  const { code, checks } = await ask(...asked);
  return { code, ...checks.find((check) => check.name === name) };
}

const keyFile = () => join(home, 'master.key');

describe('the doctor', () => {
  it('finds a sound state without fault, and says that its master key opens it', async () => {
    const { code, checks } = await ask();
    expect({ code, faults: checks.filter(({ outcome }) => outcome === 'fault') }).toEqual({ code: 0, faults: [] });
    expect(checks.find(({ name }) => name === 'master key')?.detail).toContain('opens the database');
    expect(checks.map(({ name }) => name)).not.toContain('replaced');
  });

  it('finds a master key that is damaged', async () => {
    writeFileSync(keyFile(), readBytes(keyFile()).subarray(0, 50));
    expect(await look('master key')).toMatchObject({
      code: 3,
      outcome: 'fault',
      detail: expect.stringContaining('damaged'),
    });
  });

  it("finds a master key that is another database's", async () => {
    const other = makeHome();
    await makeState(other);
    writeFileSync(keyFile(), readBytes(other, 'master.key'));
    expect(await look('master key')).toMatchObject({
      code: 3,
      outcome: 'fault',
      detail: 'The master key does not open this database',
      mend: 'put the one of this database back',
    });
  });

  it('says that a sealed master key was not opened, and opens it with the passphrase', async () => {
    rmSync(home, { recursive: true });
    await makeState(home, 'correct horse');
    expect(await look('master key')).toMatchObject({
      code: 0,
      outcome: 'note',
      detail: 'sealed with a passphrase: not opened',
      mend: `mintmark doctor --passphrase-stdin --home ${home}`,
    });
    const before = readBytes(keyFile());
    expect(await look('master key', ['--passphrase-stdin'], 'correct horse\n')).toMatchObject({
      code: 0,
      outcome: 'ok',
    });
    expect(await look('master key', ['--passphrase-stdin'], 'wrong\n')).toMatchObject({ code: 3, outcome: 'fault' });
    expect(readBytes(keyFile())).toEqual(before);
  });

  it('misses a database whose master key is there', async () => {
    rmSync(join(home, 'mintmark.db'));
    expect(await look('database')).toMatchObject({ code: 3, outcome: 'fault', detail: 'mintmark.db is missing' });
  });

  it.each([
    ["UPDATE issuers SET platform = 'nope'", 'Row 1 of issuers: there is no such platform'],
    ["UPDATE issuers SET options = 'x'", 'Row 1 of issuers: options is damaged JSON'],
    ['UPDATE keys SET verifies_until = 1', 'The record of key k1 was altered by another program'],
  ])('names what a start would refuse: %s', async (sql, fault) => {
    const database = new Database(join(home, 'mintmark.db'));
    database.exec(sql);
    database.close();
    expect(await look('database')).toMatchObject({ code: 3, outcome: 'fault', detail: expect.stringContaining(fault) });
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe in the place of a file', async () => {
    for (const name of ['master.key', 'mintmark.db']) {
      rmSync(join(home, name));
      execFileSync('mkfifo', ['-m', '600', join(home, name)]);
      expect((await ask()).code).toBe(3);
    }
  });

  it.each([
    ['is a file', () => writeFileSync(home, '', { mode: 0o600 }), () => `"${home}" is not a directory`],
    [
      'is below a file',
      () => {
        writeFileSync(home, '', { mode: 0o600 });
        home = join(home, 'state', 'of-mine');
      },
      () => `"${join(home, '../..')}" is not a directory`,
    ],
    ['is a symbolic link to nowhere', () => symlinkSync(`${home}-nowhere`, home), () => `"${home}" is a symbolic link`],
    [
      'is below a link to nowhere',
      () => {
        symlinkSync(`${home}-nowhere`, home);
        home = join(home, 'state');
      },
      () => `"${join(home, '..')}" cannot be written (ENOENT)`,
    ],
    [
      'is to be made where everybody may write',
      () => {
        mkdirSync(home);
        chmodSync(home, 0o777);
        home = join(home, 'state');
      },
      () => `"${join(home, '..')}" can be written by everybody`,
    ],
  ])('says of a state directory that %s what a start would, without making it', async (_what, place, fault) => {
    rmSync(home, { recursive: true });
    place();
    expect(await look('state')).toMatchObject({ code: 3, outcome: 'fault', detail: expect.stringContaining(fault()) });
    const io = createTestIo();
    expect(await runCli(['serve', '--port', '0', '--home', home], io)).toBe(3);
    expect(io.stderrText()).toContain(fault().split(' cannot be')[0]);
  });

  it('knows of a state directory that is not there, and leaves it so', async () => {
    home = join(makeHome(), 'a', 'b');
    expect(await look('state')).toMatchObject({
      code: 0,
      outcome: 'note',
      detail: `${home} is not there yet; the first start makes it`,
    });
    expect(existsSync(join(home, '..'))).toBe(false);
  });

  it('counts what restores left, and says how to remove it', async () => {
    for (const name of ['a', 'a-wal', 'b']) writeFileSync(join(home, `mintmark.db.replaced-${name}`), 'x'.repeat(100));
    expect(await look('replaced')).toMatchObject({
      code: 0,
      outcome: 'note',
      detail: '2 databases from before a restore (300 bytes)',
      mend: `when not needed any more: rm ${home}/mintmark.db.replaced-*`,
    });
  });

  it('looks at the port where the daemon was last, where its issuers are', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    atEnd(() => server.close());
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    writeFileSync(join(home, 'base-url'), `https://localhost:${port}`, { mode: 0o600 });
    expect(await look('port')).toMatchObject({
      code: 0,
      outcome: 'note',
      detail: expect.stringContaining(`${port}, where our daemon was last, is taken by`),
      mend: expect.stringContaining('iss'),
    });
    expect(await look('daemon')).toMatchObject({ mend: `mintmark start --port ${port} --https --home ${home}` });
  });

  it('knows no port of a daemon behind a public URL, and starts it there again', async () => {
    writeFileSync(join(home, 'base-url'), 'https://mint.example', { mode: 0o600 });
    expect(await look('daemon')).toMatchObject({
      mend: `mintmark start --public-url 'https://mint.example' --home ${home}`,
    });
    expect((await look('port')).detail).toMatch(/^6468 is /);
  });
});
