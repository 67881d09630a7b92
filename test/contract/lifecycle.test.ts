import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type DaemonFile,
  endByPid,
  hasDaemonFile,
  mint,
  readDaemonFile,
  startDaemon,
  startInBackground,
} from '../support/daemon.ts';
import { ask, keepAlive } from '../support/http.ts';
import { connectLive } from '../support/live.ts';
import { reservePort } from '../support/ports.ts';
import { isAlive, makeHome, runCli, startCli } from '../support/program.ts';
import { waitFor } from '../support/wait.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A state directory that is gone after the test, together with the daemon that it names. */
function useHome(): string {
  const place = makeHome();
  cleanups.push(async () => {
    if (hasDaemonFile(place.home)) {
      const { pid } = readDaemonFile(place.home);
      if (pid !== process.pid) await endByPid(pid);
    }
    place.remove();
  });
  return place.home;
}

/** A listener of someone else. It answers everything with 200 and keeps what it was sent. */
async function squat(port = 0): Promise<{ server: Server; port: number; received: () => string }> {
  let received = '';
  const server = createServer((request, response) => {
    received += `${request.method} ${request.url}\n${request.rawHeaders.join('\n')}\n`;
    request.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    request.on('end', () => response.end(JSON.stringify({ status: 'ok', version: '0', instance: 'x', proof: 'AAAA' })));
  });
  server.on('upgrade', (request, socket) => {
    received += request.rawHeaders.join('\n');
    socket.destroy();
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  cleanups.push(() => new Promise((closed) => server.close(() => closed())));
  return { server, port: (server.address() as AddressInfo).port, received: () => received };
}

describe('start', () => {
  it('fifty times at once starts one daemon, and every one of them says which', async () => {
    const home = useHome();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => runCli(['start', '--port', '0', '--json', '--home', home], { home })),
    );
    expect(outcomes.filter(({ code }) => code !== 0).map(({ stderr }) => stderr)).toEqual([]);
    const { pid, baseUrl } = readDaemonFile(home);
    for (const { stdout } of outcomes) expect(JSON.parse(stdout)).toMatchObject({ pid, baseUrl });
    expect(isAlive(pid)).toBe(true);
    expect((await ask(`${baseUrl}/api/v1/health`)).status).toBe(200);
  });

  it('leaves a daemon that outlives it, which status finds and stop ends', async () => {
    const home = useHome();
    expect((await runCli(['status', '--home', home], { home })).code).toBe(3);
    const { file } = await startInBackground(home);
    const status = await runCli(['status', '--json', '--home', home], { home });
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({ pid: file.pid, baseUrl: file.baseUrl });
    expect((await runCli(['stop', '--home', home], { home })).code).toBe(0);
    expect(isAlive(file.pid)).toBe(false);
    expect(hasDaemonFile(home)).toBe(false);
    expect((await runCli(['status', '--home', home], { home })).code).toBe(3);
  });

  it('joins a daemon that runs in the foreground', async () => {
    const home = useHome();
    const daemon = await startDaemon({ home });
    const joined = await runCli(['start', '--json', '--home', home], { home });
    expect(joined.code).toBe(0);
    expect(JSON.parse(joined.stdout)).toMatchObject({ pid: daemon.pid });
    await daemon.terminate();
  });

  it('names the flags that the daemon which it joins does not have, and those alone', async () => {
    const home = useHome();
    const daemon = await startDaemon({ home, args: ['--idle-exit', '3600'] });
    const start = (...flags: string[]) => runCli(['start', '--home', home, ...flags], { home });
    const none = await start('--port', String(daemon.port), '--idle-exit', '3600');
    expect(none).toMatchObject({ code: 0, stderr: '' });
    const some = await start('--port', '1', '--ephemeral', '--https', '--clock-control', '--idle-exit', '7');
    expect(some.code).toBe(0);
    expect(some.stderr).toContain('--port, --idle-exit, --ephemeral, --https, --clock-control');
    await daemon.terminate();
  });

  it('keeps what is for people out of the log', async () => {
    const home = useHome();
    await startInBackground(home);
    const lines = readFileSync(join(home, 'daemon.log'), 'utf8').trimEnd().split('\n');
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ at: expect.any(String) });
  });

  it('says why when the daemon cannot run, with its exit code', async () => {
    const home = useHome();
    const { port } = await squat();
    const { code, stderr } = await runCli(['start', '--port', String(port), '--home', home], { home });
    expect(code).toBe(3);
    expect(stderr).toContain(String(port));
    expect(hasDaemonFile(home)).toBe(false);
  });
});

describe('stop', () => {
  it('without a daemon says so and does no harm', async () => {
    const home = useHome();
    const { code } = await runCli(['stop', '--home', home], { home });
    expect([0, 3]).toContain(code);
  });

  it('never touches a process that only has the number of the daemon that was', async () => {
    const home = useHome();
    const bystander = startCli(['serve', '--port', '0', '--home', join(home, '../other')], {
      home: join(home, '../other'),
    });
    cleanups.push(() => endByPid(bystander.pid));
    await waitFor('the bystander', () => hasDaemonFile(join(home, '../other')));
    const daemon = await startDaemon({ home });
    await daemon.terminate('SIGKILL');
    const file = readDaemonFile(home);
    writeFileSync(join(home, 'daemon.json'), JSON.stringify({ ...file, pid: bystander.pid }), { mode: 0o600 });
    await runCli(['stop', '--home', home], { home });
    await runCli(['status', '--home', home], { home });
    expect(isAlive(bystander.pid)).toBe(true);
    writeFileSync(join(home, 'daemon.json'), JSON.stringify(file), { mode: 0o600 });
  });
});

describe('a daemon.json that is not true any more', () => {
  it('of a killed daemon does not keep the next one from starting', async () => {
    const home = useHome();
    const first = await startDaemon({ home });
    const { token } = await mint(first, 'default', { audience: 'x' });
    await first.terminate('SIGKILL');
    expect(hasDaemonFile(home)).toBe(true);
    expect((await runCli(['status', '--home', home], { home })).code).toBe(3);
    expect((await runCli(['mint', '--home', home], { home })).code).toBe(3);
    const { file } = await startInBackground(home, ['--port', String(first.port)]);
    expect(file.pid).not.toBe(first.pid);
    const args = ['verify', token, '--url', `${file.baseUrl}/issuers/default`, '--audience', 'x', '--home', home];
    expect((await runCli(args, { home })).code).toBe(0);
  });

  it('naming the number of a process that runs something else does neither', async () => {
    const home = useHome();
    const first = await startDaemon({ home });
    await first.terminate('SIGKILL');
    const file = readDaemonFile(home);
    writeFileSync(join(home, 'daemon.json'), JSON.stringify({ ...file, pid: process.pid }), { mode: 0o600 });
    expect((await runCli(['status', '--home', home], { home })).code).toBe(3);
    const started = await startInBackground(home);
    expect(started.file.pid).not.toBe(process.pid);
  });
});

describe('someone else on the port', () => {
  it('is sent no credential and no token by any command, and each says that it is not our daemon', async () => {
    const home = useHome();
    const first = await startDaemon({ home });
    const { token, kid, jti } = await mint(first, 'default', { audience: 'x' });
    await first.terminate('SIGKILL');
    const squatter = await squat(first.port);
    const file: DaemonFile = readDaemonFile(home);

    const issuer = `${file.baseUrl}/issuers/default`;
    const commands = [
      ['status'],
      ['mint'],
      ['issuers', 'list'],
      ['keys', 'rotate', '--issuer', 'default'],
      ['keys', 'revoke', kid, '--issuer', 'default'],
      ['tokens', 'revoke', jti],
      ['events', 'list'],
      ['verify', token, '--url', issuer, '--audience', 'x'],
      ['start', '--port', String(first.port)],
    ];
    for (const command of commands) {
      const { code, stdout } = await runCli([...command, '--home', home], { home });
      expect({ command: command[0], code, stdout }).toEqual({ command: command[0], code: 3, stdout: '' });
    }
    await runCli(['stop', '--home', home], { home });
    expect(squatter.received()).not.toBe('');
    expect(squatter.received()).not.toContain(file.controlToken);
    expect(squatter.received().toLowerCase()).not.toContain('authorization');
    expect(squatter.received()).not.toContain('mintmark.bearer');
    for (const part of token.split('.')) expect(squatter.received()).not.toContain(part);
  });

  it('is named by the error of a daemon that wanted it, and no other port is taken instead', async () => {
    const home = useHome();
    const squatter = await squat();
    const { code, stdout, stderr } = await runCli(
      ['serve', '--port', String(squatter.port), '--json', '--home', home],
      { home },
    );
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(String(squatter.port));
    if (process.platform === 'linux') expect(stderr).toContain(String(process.pid));
    expect(hasDaemonFile(home)).toBe(false);
  });

  it('that is another daemon of ours is named with its state directory, however that was told', async () => {
    for (const where of ['by its option', 'by its environment']) {
      const [home, other] = [useHome(), useHome()];
      const options = where === 'by its option' ? ['--home', other] : [];
      const serving = startCli(['serve', '--port', '0', ...options], { home: other });
      await waitFor('the other daemon', () => hasDaemonFile(other));
      const port = new URL(readDaemonFile(other).baseUrl).port;
      const { code, stderr } = await runCli(['serve', '--port', port, '--home', home], { home });
      expect(code).toBe(3);
      if (process.platform === 'linux') {
        expect(stderr).toContain(`another Mintmark daemon (pid ${serving.pid}, state in ${other})`);
      }
    }
  });

  it('on the IPv6 twin of the port alone is refused as well', async () => {
    const home = useHome();
    const port = await reservePort();
    const server = createServer();
    const listening = await new Promise<boolean>((resolve) => {
      server.on('error', () => resolve(false));
      server.listen(port, '::1', () => resolve(true));
    });
    // A machine without IPv6 has no twin to be taken.
    if (listening) {
      cleanups.push(() => new Promise((closed) => server.close(() => closed())));
      const { code } = await runCli(['serve', '--port', String(port), '--json', '--home', home], { home });
      expect(code).toBe(3);
    }
  });
});

describe('serve', () => {
  it('prints one ready line for programs', async () => {
    const daemon = await startDaemon();
    const lines = daemon.process.stdout().trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      ready: true,
      baseUrl: expect.stringMatching(/^http:\/\/localhost:\d+$/),
      pid: daemon.pid,
      home: daemon.home,
    });
    await daemon.stop();
  });

  it('prints one for people with the issuer in it', async () => {
    const home = useHome();
    const serving = startCli(['serve', '--port', '0', '--home', home], { home });
    const line = await waitFor('the ready line', () => serving.stdout().includes('\n') && serving.stdout());
    expect(line).toContain(`${readDaemonFile(home).baseUrl}/issuers/default`);
    serving.child.kill('SIGINT');
    expect((await serving.done).code).toBe(0);
  });

  it('refuses a second daemon for the same state', async () => {
    const daemon = await startDaemon();
    const { code, stdout } = await daemon.cli(['serve', '--port', '0', '--json']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(isAlive(daemon.pid)).toBe(true);
    expect(readDaemonFile(daemon.home).pid).toBe(daemon.pid);
    const { stderr } = await daemon.cli(['serve', '--port', '0']);
    for (const told of [`pid ${daemon.pid}`, daemon.baseUrl, 'mintmark status', 'mintmark stop']) {
      expect(stderr).toContain(told);
    }
    await daemon.stop();
  });

  it('ends cleanly on SIGTERM and on SIGINT, and takes its file with it', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const home = useHome();
      const daemon = await startDaemon({ home });
      expect(await daemon.terminate(signal)).toMatchObject({ code: 0, signal: null });
      expect(hasDaemonFile(home)).toBe(false);
    }
  });

  it('ends cleanly on SIGTERM under load: what it answered is kept, and it exits 0', async () => {
    const home = useHome();
    const daemon = await startDaemon({ home });
    const agent = keepAlive(16);
    const answered: string[] = [];
    const load = Array.from({ length: 16 }, async () => {
      for (;;) answered.push((await mint(daemon, 'default', {}, { agent })).jti);
    });
    const ended = Promise.allSettled(load);
    await waitFor('some load', () => answered.length > 100);
    expect(await daemon.terminate()).toMatchObject({ code: 0, signal: null });
    await ended;
    agent.destroy();
    expect(hasDaemonFile(home)).toBe(false);
    const again = await startDaemon({ home });
    for (const jti of answered) expect((await again.control('GET', `/tokens/${jti}`)).status).toBe(200);
    await again.terminate();
  });

  it('ends by itself after its idle time, but not while someone is connected', async () => {
    const home = useHome();
    // Long enough that it is not over before a busy machine has connected.
    const daemon = await startDaemon({ home, args: ['--idle-exit', '6'] });
    const live = await connectLive(daemon);
    const seen = Date.now();
    await waitFor('more than the idle time', () => Date.now() - seen > 7_500);
    expect(isAlive(daemon.pid)).toBe(true);
    await live.close();
    expect(await daemon.process.done).toMatchObject({ code: 0, signal: null });
    expect(hasDaemonFile(home)).toBe(false);
  });

  it('says in health, file and program the same version', async () => {
    const daemon = await startDaemon();
    const health = (await daemon.publicGet('/api/v1/health')).json<{ status: string; version: string }>();
    expect(health.status).toBe('ok');
    expect(readDaemonFile(daemon.home).version).toBe(health.version);
    expect((await daemon.cli(['--version'])).stdout.trim()).toBe(health.version);
    await daemon.stop();
  });

  it('keeps nothing with --ephemeral', async () => {
    const home = useHome();
    const daemon = await startDaemon({ home, args: ['--ephemeral'] });
    const { jti } = await mint(daemon);
    expect((await daemon.control('GET', `/tokens/${jti}`)).status).toBe(200);
    await daemon.terminate();
    const again = await startDaemon({ home, args: ['--ephemeral'] });
    expect((await again.control('GET', `/tokens/${jti}`)).status).toBe(404);
    await again.terminate();
  });

  it.each([
    ['a port that is none', ['--port', 'http']],
    ['a port beyond the last', ['--port', '65536']],
    ['an idle time that is none', ['--idle-exit', 'soon']],
    ['a public URL that is none', ['--public-url', 'not a url']],
    ['an option that is none', ['--unsafe']],
  ])('refuses %s as wrong usage', async (_what, args) => {
    const home = useHome();
    const { code, stdout } = await runCli(['serve', '--home', home, '--port', '0', ...args], { home });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it.each([
    ['an unknown member', '{"prot": 1}'],
    ['a member of the wrong type', '{"port": "many"}'],
    ['a member twice', '{"port": 0, "port": 1}'],
    ['text that is no JSON', 'port = 0'],
  ])('refuses a configuration with %s as wrong usage', async (_what, text) => {
    const home = useHome();
    mkdirSync(join(home, '..'), { recursive: true });
    const path = join(home, '../config.json');
    writeFileSync(path, text);
    const { code, stdout } = await runCli(['serve', '--home', home, '--config', path], { home });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
