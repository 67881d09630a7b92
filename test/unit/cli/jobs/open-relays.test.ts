import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openRelays } from '../../../../daemon/cli/jobs/open-relays.ts';
import { findDaemon } from '../../../../daemon/client/prove-daemon.ts';
import type { RunRelay } from '../../../../daemon/protocol/jobs.ts';
import { type Answer, type Ask, ask } from '../../../support/http.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';
import { type FakeDaemon, type FakeDaemonOptions, openFakeDaemon } from '../../client/fake-daemon.ts';

/** Only root can become somebody else. */
const canBeSomebodyElse =
  process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;

const relay = (change: Partial<RunRelay> = {}): RunRelay => ({
  kind: 'tcp',
  path: null,
  target: 'https://localhost:6468/issuers/meta/',
  headers: { authorization: 'Bearer secret' },
  variables: { META_HOST: '{address}', META_URL: 'http://{address}/x' },
  ...change,
});

/** What listens at the address that a state directory has for its daemon, from now on. */
async function startAt(home: string, options: FakeDaemonOptions = {}): Promise<FakeDaemon> {
  const answer = (response: ServerResponse) =>
    void response.writeHead(201, { 'content-type': 'text/plain', 'metadata-flavor': 'Google' }).end('answered');
  const daemon = await openFakeDaemon({ answer, ...options });
  onTestFinished(daemon.close);
  writeFileSync(join(home, 'daemon.json'), JSON.stringify(daemon.file), { mode: 0o600 });
  return daemon;
}

/** What came from the job, apart from what the daemon was asked to prove. */
function listPassed({ requests }: FakeDaemon): FakeDaemon['requests'] {
  return requests.filter(({ url }) => url !== '/api/v1/health');
}

async function openOne(change: Partial<RunRelay> = {}) {
  const [home, directory] = [makeTemporaryDirectory(), makeTemporaryDirectory()];
  const daemon = await startAt(home);
  const { variables, close } = await openRelays(directory, [relay(change)], () => findDaemon(home));
  onTestFinished(close);
  const get = (path: string, more: Ask = {}): Promise<Answer> => ask(`http://${variables.META_HOST}${path}`, more);
  return { home, daemon, directory, variables, get, close, seen: () => listPassed(daemon) };
}

test('a socket whose path the system cannot take is refused, and why is said', async () => {
  const directory = join(makeTemporaryDirectory(), 'd'.repeat(100));
  const opening = openRelays(directory, [relay({ kind: 'unix', path: 'api.sock' })], () => findDaemon(directory));
  await expect(opening).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('shorter name') });
});

describe('a relay on a port', () => {
  test('is on 127.0.0.1 and passes on what it is asked, with the headers of the run', async () => {
    const { daemon, seen, variables, get } = await openOne();
    expect(variables.META_HOST).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(variables.META_URL).toBe(`http://${variables.META_HOST}/x`);
    const answer = await get('/v1/token?audience=a%2Fb', {
      method: 'POST',
      body: 'hello',
      headers: { authorization: 'Bearer guess', 'metadata-flavor': 'Google', te: 'trailers' },
    });
    expect(answer).toMatchObject({ status: 201, text: 'answered' });
    expect(answer.headers['metadata-flavor']).toBe('Google');
    expect(seen()).toMatchObject([{ method: 'POST', url: '/issuers/meta/v1/token?audience=a%2Fb', body: 'hello' }]);
    expect(seen()[0]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      host: new URL(daemon.file.baseUrl).host,
      'metadata-flavor': 'Google',
    });
    expect(seen()[0]?.headers).not.toHaveProperty('te');
  });

  test.each([
    ['a foreign Host', { host: 'evil.example' }],
    ['a Host of another port', { host: '127.0.0.1:1' }],
    ['a page', { origin: 'http://127.0.0.1' }],
    ['a page without an Origin', { 'sec-fetch-site': 'none' }],
  ])('turns %s away', async (_, headers) => {
    const { seen, get } = await openOne();
    expect((await get('/v1/token', { headers })).status).toBe(403);
    expect(seen()).toEqual([]);
  });

  test.runIf(canBeSomebodyElse)('turns other users of the machine away', async () => {
    const { seen, variables } = await openOne();
    const curl = (...prefix: string[]) => {
      const [file = '', ...words] = [...prefix, 'curl', '-s', '--noproxy', '*', `http://${variables.META_HOST}/v1`];
      return new Promise<string>((resolve) => {
        execFile(file, words, (_error, stdout) => resolve(stdout));
      });
    };
    expect(await curl('setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups')).toBe('');
    expect(seen()).toEqual([]);
    expect(await curl()).toBe('answered');
  });

  test('closes with its run', async () => {
    const { get, close } = await openOne();
    expect((await get('/')).status).toBe(201);
    close();
    await expect(get('/')).rejects.toMatchObject({ code: expect.stringMatching(/^ECONN/) });
  });

  test('does not answer as a gateway when the daemon is away', async () => {
    const { daemon, get } = await openOne();
    await daemon.close();
    expect((await get('/')).status).toBe(500);
  });
});

describe('when the daemon has been stopped', () => {
  test.each([
    ['before it could tell', (_: string) => {}],
    ['in order', (home: string) => rmSync(join(home, 'daemon.json'))],
  ])('%s, whoever is at its port gets nothing of the run', async (_, stop) => {
    const { home, daemon, get } = await openOne();
    expect((await get('/')).status).toBe(201);
    await daemon.close();
    const squatter = await startAt(home, { proofToken: 'guess' });
    stop(home);
    expect((await get('/', { method: 'POST', body: 'of the job' })).status).toBe(500);
    expect(JSON.stringify(squatter.requests)).not.toMatch(/secret|of the job/);
  });

  test('and started again, at whatever port, it is asked again', async () => {
    const { home, daemon, get, seen } = await openOne();
    await get('/first');
    await daemon.close();
    expect((await get('/between')).status).toBe(500);
    const next = await startAt(home);
    expect((await get('/second')).status).toBe(201);
    expect(listPassed(next)).toMatchObject([
      {
        url: '/issuers/meta/second',
        headers: { authorization: 'Bearer secret', host: new URL(next.file.baseUrl).host },
      },
    ]);
    expect(seen()).toHaveLength(1);
  });
});

describe('when one of both sides goes away', () => {
  /** A daemon that leaves every request to the test, behind a relay, and a job that asked it. */
  async function askSlowly() {
    const home = makeTemporaryDirectory();
    let take: FakeDaemonOptions['take'];
    const taken = new Promise<[IncomingMessage, ServerResponse]>((resolve) => {
      take = (...both) => resolve(both);
    });
    await startAt(home, { take: (...both) => take?.(...both) });
    const { variables, close } = await openRelays(makeTemporaryDirectory(), [relay()], () => findDaemon(home));
    onTestFinished(close);
    const job = request(`http://${variables.META_HOST}/`, { method: 'POST' });
    job.on('error', () => {});
    job.write('half of it');
    const [asked, answer] = await taken;
    return { job, asked, answer };
  }

  test('the daemon is not kept waiting for a job that has gone', async () => {
    const { job, asked } = await askSlowly();
    const gone = new Promise((resolve) => asked.socket.once('close', resolve));
    job.destroy();
    await gone;
  });

  test('a job is not kept waiting for a daemon that has gone', async () => {
    const { job, answer } = await askSlowly();
    answer.write('half of it');
    const [answered] = (await once(job, 'response')) as [IncomingMessage];
    const cut = once(answered, 'error');
    answered.resume();
    answer.destroy();
    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});

test('a relay on a socket lies in the directory of the run and asks for no name', async () => {
  const { seen, directory, variables } = await openOne({ kind: 'unix', path: 'api.sock' });
  expect(variables.META_HOST).toBe(join(directory, 'api.sock'));
  expect(statSync(join(directory, 'api.sock')).isSocket()).toBe(true);
  const status = await new Promise((resolve, reject) => {
    request({ socketPath: join(directory, 'api.sock'), path: '/v1/tokens', headers: { host: 'flaps' } }, (answer) =>
      resolve(answer.resume().statusCode),
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(201);
  expect(seen()).toMatchObject([{ url: '/issuers/meta/v1/tokens', headers: { authorization: 'Bearer secret' } }]);
});
