import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DaemonOptions, type RunningDaemon, startDaemon } from '../../../daemon/server/start-daemon.ts';
import { acquireStateLock } from '../../../daemon/store/state-lock.ts';
import { type Ask, ask as send } from '../../support/http.ts';
import { waitFor } from '../../support/wait.ts';
import { oneByOne } from './setup.ts';

let parent: string;
let home: string;
let running: RunningDaemon[];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'mintmark-start-'));
  home = join(parent, 'home');
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((daemon) => daemon.stop()));
  rmSync(parent, { recursive: true, force: true });
});

async function start(options: Partial<DaemonOptions> = {}): Promise<RunningDaemon> {
  const daemon = await startDaemon({
    home,
    port: 0,
    version: '0.0.0-test',
    ephemeral: false,
    clockControl: false,
    trustedIssuers: [],
    allowedOrigins: [],
    ...options,
  });
  running.push(daemon);
  return daemon;
}

const ask = (url: string, request: Ask = {}) => send(url, { agent: oneByOne, ...request });
const readDaemonJson = (): Record<string, unknown> => JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8'));
const DISCOVERY = '/issuers/default/.well-known/openid-configuration';
const IDTOKEN = '/issuers/github-actions/idtoken/none';

describe('a started daemon', () => {
  it('says in daemon.json, for its owner alone, where it is', async () => {
    const daemon = await start();
    expect(readDaemonJson()).toMatchObject({ pid: process.pid, baseUrl: daemon.baseUrl, version: '0.0.0-test' });
    expect(readDaemonJson().controlToken).toMatch(/^[\w-]{43}$/);
    for (const name of readdirSync(home))
      expect({ name, mode: statSync(join(home, name)).mode & 0o077 }).toEqual({ name, mode: 0 });
  });

  it('answers on both loopback addresses, on the same port', async () => {
    const { port } = new URL((await start()).baseUrl);
    expect((await ask(`http://127.0.0.1:${port}${DISCOVERY}`)).status).toBe(200);
    const six = await ask(`http://[::1]:${port}${DISCOVERY}`).catch((error: NodeJS.ErrnoException) => error.code);
    if (six !== 'EADDRNOTAVAIL' && six !== 'ECONNREFUSED') expect(six).toMatchObject({ status: 200 });
  });

  it('keeps its keys and has another control token after a restart', async () => {
    const first = await start();
    const [token, jwks] = [readDaemonJson().controlToken, (await ask(`${first.baseUrl}${DISCOVERY}`)).text];
    await first.stop();
    await start({ port: Number(new URL(first.baseUrl).port) });
    expect(readDaemonJson().controlToken).not.toBe(token);
    expect((await ask(`${first.baseUrl}${DISCOVERY}`)).text).toBe(jwks);
  });

  it('has issuers below its public URL and is reached under that name', async () => {
    await start({ publicUrl: 'https://mint.example/', ephemeral: true });
    expect(readDaemonJson().baseUrl).toBe('https://mint.example');
  });

  it('leaves no database behind when it is ephemeral', async () => {
    await start({ ephemeral: true });
    expect(existsSync(join(home, 'mintmark.db'))).toBe(false);
  });
});

describe('a stopped daemon', () => {
  it('is gone: no file, no lock, no port, and stopping it again does nothing', async () => {
    const daemon = await start();
    await Promise.all([daemon.stop(), daemon.stop(), daemon.ended]);
    expect(existsSync(join(home, 'daemon.json'))).toBe(false);
    acquireStateLock(home).release();
    await expect(ask(`${daemon.baseUrl}${DISCOVERY}`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('did not wait for connections that say nothing', async () => {
    const daemon = await start({ ephemeral: true });
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(daemon.baseUrl).port) });
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    await Promise.all([daemon.stop(), closed]);
  });

  it('ended by its own API after it had answered', async () => {
    const daemon = await start({ ephemeral: true });
    const headers = { authorization: `Bearer ${String(readDaemonJson().controlToken)}` };
    const answer = await ask(`${daemon.baseUrl}/api/v1/stop`, { method: 'POST', headers });
    expect(answer.json()).toEqual({ stopping: true });
    await daemon.ended;
    expect(existsSync(join(home, 'daemon.json'))).toBe(false);
  });

  it('ended by itself when nobody was there', async () => {
    const daemon = await start({ ephemeral: true, idleExitSeconds: 0.2 });
    await daemon.ended;
    acquireStateLock(home).release();
  });

  it.each([
    ['refused for its Host', DISCOVERY, { host: 'evil.example' }, 403, false],
    ['refused for want of a credential', '/api/v1/status', {}, 401, false],
    ['refused for a wrong credential of a job', IDTOKEN, { authorization: 'Bearer x' }, 401, false],
    ['for what is not there', '/nowhere', {}, 404, false],
    ['served to anybody', DISCOVERY, {}, 200, true],
    ['served to whoever proves the daemon', '/api/v1/health', {}, 200, true],
    ['served to the holder of the credential', '/api/v1/status', 'holder', 200, true],
  ] as const)(
    'by itself, however often a request is %s, only as long as none is served',
    async (_, path, lines, status, isAwake) => {
      const open = async (idle: Partial<DaemonOptions>) => {
        const daemon = await start({ ephemeral: true, ...idle });
        const authorization = `Bearer ${String(readDaemonJson().controlToken)}`;
        const headers = lines === 'holder' ? { authorization } : lines;
        // The issuer that the job would ask is there once its document was.
        if (path === IDTOKEN) await ask(`${daemon.baseUrl}${DISCOVERY.replace('default', 'github-actions')}`);
        return { daemon, request: () => ask(`${daemon.baseUrl}${path}`, { headers }) };
      };
      // What the first request loads can take longer than the other daemon waits.
      const patient = await open({});
      expect((await patient.request()).status).toBe(status);
      await patient.daemon.stop();

      const { daemon, request } = await open({ idleExitSeconds: 0.4 });
      let hasEnded = false;
      void daemon.ended.then(() => {
        hasEnded = true;
      });
      const startedAt = Date.now();
      let asked = 0;
      while (!hasEnded && Date.now() - startedAt < 2_000) {
        await request().catch(() => undefined);
        asked += 1;
      }
      expect([asked > 1, !hasEnded]).toEqual([true, isAwake]);
    },
  );
});

describe('a start that fails', () => {
  it('for a busy port names who has it and leaves the state as it was', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const refusal = await start({ port }).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: 'port_busy' });
    if (process.platform === 'linux') expect(String(refusal)).toContain(`(pid ${process.pid})`);
    expect(existsSync(join(home, 'mintmark.db'))).toBe(false);
    acquireStateLock(home).release();
    await new Promise((resolve) => other.close(resolve));
    await start({ port });
  });

  it('for a state directory in use leaves the other daemon alone', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({ code: 'state_locked' });
    expect(readDaemonJson().baseUrl).toBe(first.baseUrl);
    expect((await ask(`${first.baseUrl}${DISCOVERY}`)).status).toBe(200);
  });

  it('for a public URL that is none creates nothing', async () => {
    await expect(start({ publicUrl: 'http://mint.example' })).rejects.toMatchObject({ code: 'config_invalid' });
    expect(existsSync(home)).toBe(false);
  });

  it('after the port was taken gives the port back', async () => {
    await (await start()).stop();
    rmSync(join(home, 'mintmark.db'));
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    await expect(start({ port })).rejects.toMatchObject({ code: 'state_missing' });
    await waitFor('the port to be free', () =>
      ask(`http://127.0.0.1:${port}/`).then(
        () => false,
        (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
      ),
    );
  });
});
