import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startDaemon } from '../../../daemon/client/start-daemon.ts';
import { isAlive } from '../../support/program.ts';
import { waitFor } from '../../support/wait.ts';
import { type FakeDaemon, openFakeDaemon } from './fake-daemon.ts';

let home: string;
let daemon: FakeDaemon | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mintmark-'));
});
afterEach(async () => {
  await daemon?.close();
  daemon = undefined;
  rmSync(home, { recursive: true });
});

/** A program in the place of the bundle; it runs once and ends. */
function writeProgram(code: string): string {
  const path = join(home, 'program.cjs');
  writeFileSync(path, code);
  return path;
}

function writeDaemonFile(content: unknown): void {
  writeFileSync(join(home, 'daemon.json'), JSON.stringify(content), { mode: 0o600 });
}

describe('starting a daemon', () => {
  test('joins a proven one that runs, and starts nothing', async () => {
    daemon = await openFakeDaemon();
    writeDaemonFile(daemon.file);
    const bundle = writeProgram('throw new Error("started")');
    expect(await startDaemon({ home, bundle, flags: [] })).toMatchObject({
      joined: true,
      daemon: { file: daemon.file },
    });
  });

  test('runs `serve` for this home with its flags and waits until it is ready', async () => {
    daemon = await openFakeDaemon();
    const bundle = writeProgram(`
      require('node:fs').writeFileSync(${JSON.stringify(join(home, 'argv'))}, JSON.stringify(process.argv.slice(2)));
      require('node:fs').writeFileSync(${JSON.stringify(join(home, 'daemon.json'))}, ${JSON.stringify(JSON.stringify(daemon.file))}, { mode: 0o600 });
      process.send({ ready: true });
    `);
    expect(await startDaemon({ home, bundle, flags: ['--port', '0'] })).toMatchObject({ joined: false });
    expect(JSON.parse(readFileSync(join(home, 'argv'), 'utf8'))).toEqual([
      'serve',
      '--json',
      '--home',
      home,
      '--port',
      '0',
    ]);
  });

  test('keeps its ready line out of the log, which takes what a crash prints', async () => {
    daemon = await openFakeDaemon();
    const bundle = writeProgram(`
      require('node:fs').writeFileSync(${JSON.stringify(join(home, 'daemon.json'))}, ${JSON.stringify(JSON.stringify(daemon.file))}, { mode: 0o600 });
      require('node:fs').writeSync(1, 'Ready');
      require('node:fs').writeSync(2, 'Crash');
      process.send({ ready: true });
    `);
    chmodSync(home, 0o700);
    await startDaemon({ home, bundle, flags: [] });
    expect(readFileSync(join(home, 'daemon.log'), 'utf8')).toBe('Crash');
  });

  test('hands the passphrase over on standard input and nowhere else', async () => {
    daemon = await openFakeDaemon();
    const bundle = writeProgram(`
      const { readFileSync, writeFileSync } = require('node:fs');
      const seen = { stdin: readFileSync(0, 'utf8'), argv: process.argv.slice(2), env: process.env };
      writeFileSync(${JSON.stringify(join(home, 'seen'))}, JSON.stringify(seen));
      writeFileSync(${JSON.stringify(join(home, 'daemon.json'))}, ${JSON.stringify(JSON.stringify(daemon.file))}, { mode: 0o600 });
      process.send({ ready: true });
    `);
    await startDaemon({ home, bundle, flags: [], passphrase: Buffer.from('correct horse') });
    const { stdin, argv, env } = JSON.parse(readFileSync(join(home, 'seen'), 'utf8')) as Record<string, unknown>;
    expect(stdin).toBe('correct horse');
    expect(argv).toContain('--passphrase-stdin');
    expect(JSON.stringify([argv, env])).not.toContain('horse');
  });

  test("fails with the daemon's own reason", async () => {
    const bundle = writeProgram(`process.send({ ready: false, code: 'port_busy', message: 'taken by nginx' });`);
    const starting = startDaemon({ home, bundle, flags: [] });
    await expect(starting).rejects.toMatchObject({ code: 'port_busy', message: 'taken by nginx' });
  });

  test('fails when it ends without a word', async () => {
    const bundle = writeProgram('process.exit(7)');
    await expect(startDaemon({ home, bundle, flags: [] })).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('(7)'),
    });
  });

  test('waits for another one that has the state directory already', async () => {
    daemon = await openFakeDaemon();
    const bundle = writeProgram(`
      process.send({ ready: false, code: 'state_locked', message: '' }, () => {
        require('node:fs').writeFileSync(${JSON.stringify(join(home, 'daemon.json'))}, ${JSON.stringify(JSON.stringify(daemon.file))}, { mode: 0o600 });
      });
    `);
    expect(await startDaemon({ home, bundle, flags: [] })).toMatchObject({
      joined: true,
      daemon: { file: daemon.file },
    });
  });

  test('is not held up by a stale daemon.json, nor by a stranger on its port', async () => {
    const stranger = await openFakeDaemon({ proofToken: 'guessed' });
    writeDaemonFile(stranger.file);
    const bundle = writeProgram(`process.send({ ready: false, code: 'port_busy', message: 'taken' });`);
    await expect(startDaemon({ home, bundle, flags: [] })).rejects.toMatchObject({ code: 'port_busy' });
    await stranger.close();
    await expect(startDaemon({ home, bundle, flags: [] })).rejects.toMatchObject({ code: 'port_busy' });
  });
});

describe('starting a daemon ends within its time', () => {
  test('when it hangs before it is ready: it fails, and is not there later after all', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const pidFile = join(home, 'pid');
    const bundle = writeProgram(`
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1000);
      require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
    `);
    const failed = expect(startDaemon({ home, bundle, flags: [] })).rejects.toMatchObject({
      code: 'daemon_unreachable',
    });
    const pid = await waitFor('the program', () => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')));
    vi.advanceTimersByTime(30_000);
    await failed;
    await waitFor('its end', () => !isAlive(pid));
  });

  test('when another one has the state directory and answers too slowly to be proven', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    let probes = 0;
    daemon = await openFakeDaemon({
      onHealth: (response) => {
        probes += 1;
        vi.advanceTimersByTime(5_000);
        response.destroy();
      },
    });
    writeDaemonFile(daemon.file);
    const bundle = writeProgram(`process.send({ ready: false, code: 'state_locked', message: '' });`);
    await expect(startDaemon({ home, bundle, flags: [] })).rejects.toMatchObject({ code: 'state_locked' });
    expect(probes).toBeLessThan(15);
  });
});

test("the daemon's environment keeps what it needs and no token of its starter", async () => {
  const kept = { LC_ALL: 'C', XDG_STATE_HOME: '/s', MINTMARK_HOME: '/m', NODE_EXTRA_CA_CERTS: '' };
  const dropped = {
    MINTMARK_TOKEN: 't',
    SUPERPLANE_OIDC_TOKEN: 't',
    AWS_SECRET_ACCESS_KEY: 's',
    NODE_OPTIONS: '--no-deprecation',
  };
  for (const [name, value] of Object.entries({ ...kept, ...dropped })) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const bundle = writeProgram(`
    require('node:fs').writeFileSync(${JSON.stringify(join(home, 'env'))}, JSON.stringify(process.env));
    process.send({ ready: false, code: 'port_busy', message: '' });
  `);
  await expect(startDaemon({ home, bundle, flags: [] })).rejects.toMatchObject({ code: 'port_busy' });
  const env = JSON.parse(readFileSync(join(home, 'env'), 'utf8'));
  expect(env).toMatchObject({ ...kept, PATH: process.env.PATH, ELECTRON_RUN_AS_NODE: '1' });
  expect(Object.keys(env).filter((name) => name in dropped)).toEqual([]);
});
