import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openRelays } from '../../../../daemon/cli/jobs/open-relays.ts';
import type { RunRelay } from '../../../../daemon/protocol/jobs.ts';
import { type Answer, type Ask, ask } from '../../../support/http.ts';
import { makeTemporaryDirectory } from '../temporary-directory.ts';

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

interface Seen extends Pick<IncomingMessage, 'method' | 'url' | 'headers'> {
  readonly body: string;
}

/** A daemon that says what it was asked. */
async function startUpstream(seen: Seen[]): Promise<number> {
  const server = createServer(async (asked, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of asked as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method, url, headers } = asked;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer.writeHead(201, { 'content-type': 'text/plain', 'metadata-flavor': 'Google' }).end('answered');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function openOne(change: Partial<RunRelay> = {}) {
  const seen: Seen[] = [];
  const directory = makeTemporaryDirectory();
  const port = await startUpstream(seen);
  const daemon = { host: '127.0.0.1', port, hostHeader: 'localhost:6468' } as const;
  const { variables, close } = await openRelays(directory, [relay(change)], daemon);
  onTestFinished(close);
  const get = (path: string, more: Ask = {}): Promise<Answer> => ask(`http://${variables.META_HOST}${path}`, more);
  return { seen, directory, variables, get, close };
}

describe('a relay on a port', () => {
  test('is on 127.0.0.1 and passes on what it is asked, with the headers of the run', async () => {
    const { seen, variables, get } = await openOne();
    expect(variables.META_HOST).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(variables.META_URL).toBe(`http://${variables.META_HOST}/x`);
    const answer = await get('/v1/token?audience=a%2Fb', {
      method: 'POST',
      body: 'hello',
      headers: { authorization: 'Bearer guess', 'metadata-flavor': 'Google', te: 'trailers' },
    });
    expect(answer).toMatchObject({ status: 201, text: 'answered' });
    expect(answer.headers['metadata-flavor']).toBe('Google');
    expect(seen).toMatchObject([{ method: 'POST', url: '/issuers/meta/v1/token?audience=a%2Fb', body: 'hello' }]);
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      host: 'localhost:6468',
      'metadata-flavor': 'Google',
    });
    expect(seen[0]?.headers).not.toHaveProperty('te');
  });

  test.each([
    ['a foreign Host', { host: 'evil.example' }],
    ['a Host of another port', { host: '127.0.0.1:1' }],
    ['a page', { origin: 'http://127.0.0.1' }],
    ['a page without an Origin', { 'sec-fetch-site': 'none' }],
  ])('turns %s away', async (_, headers) => {
    const { seen, get } = await openOne();
    expect((await get('/v1/token', { headers })).status).toBe(403);
    expect(seen).toEqual([]);
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
    expect(seen).toEqual([]);
    expect(await curl()).toBe('answered');
  });

  test('closes with its run', async () => {
    const { get, close } = await openOne();
    expect((await get('/')).status).toBe(201);
    close();
    await expect(get('/')).rejects.toMatchObject({ code: expect.stringMatching(/^ECONN/) });
  });

  test('does not answer as a gateway when the daemon is away', async () => {
    const daemon = { host: '127.0.0.1', port: 1, hostHeader: 'localhost:6468' } as const;
    const { variables, close } = await openRelays(makeTemporaryDirectory(), [relay()], daemon);
    onTestFinished(close);
    expect((await ask(`http://${variables.META_HOST}/`)).status).toBe(500);
  });
});

describe('when one of both sides goes away', () => {
  /** A daemon that leaves every request to the test, behind a relay, and a job that asked it. */
  async function askSlowly() {
    const upstream = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => upstream.closeAllConnections());
    await once(upstream, 'listening');
    const { port } = upstream.address() as AddressInfo;
    const daemon = { host: '127.0.0.1', port, hostHeader: 'localhost:6468' } as const;
    const { variables, close } = await openRelays(makeTemporaryDirectory(), [relay()], daemon);
    onTestFinished(close);
    const job = request(`http://${variables.META_HOST}/`, { method: 'POST' });
    job.on('error', () => {});
    job.write('half of it');
    const [asked, answer] = (await once(upstream, 'request')) as [IncomingMessage, ServerResponse];
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
  expect(seen).toMatchObject([{ url: '/issuers/meta/v1/tokens', headers: { authorization: 'Bearer secret' } }]);
});
