import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ensureIssuer } from '../../../../daemon/issuer/ensure-issuer.ts';
import { MintmarkError, type ProblemCode } from '../../../../daemon/problem.ts';
import type { OperationOutput } from '../../../../daemon/protocol/operations.ts';
import { createFailureReport } from '../../../../daemon/server/http/failures.ts';
import { createPlatformRoutes } from '../../../../daemon/server/http/platform-routes.ts';
import { ask } from '../../../support/http.ts';
import { openFixture } from '../../issuer/setup.ts';
import { codeOf, startTestDaemon, type TestDaemon } from '../setup.ts';

let daemon: TestDaemon;
let secret = '';
let target = '';
beforeAll(async () => {
  daemon = await startTestDaemon({ allowedOrigins: ['https://app.example'] });
  const started = await startRun('github-actions');
  secret = started.requestToken;
  const url = new URL(started.variables.ACTIONS_ID_TOKEN_REQUEST_URL ?? '');
  target = `${url.pathname}${url.search}`;
});
afterAll(() => daemon.stop());

async function startRun(slug: string): Promise<OperationOutput<'runs.start'>> {
  const answer = await daemon.control('POST', `/issuers/${slug}/runs`, { runDirectory: '/runs/1', leaseSeconds: 600 });
  expect(answer.status).toBe(201);
  return answer.json();
}

const bearer = () => `Authorization: Bearer ${secret}`;
const askFor = async (query: string, lines: readonly string[] = [bearer()], method = 'GET') =>
  daemon.raw(`${target}${query}`, lines, method);
const bodyOf = (text: string) => JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as Record<string, unknown>;
const audienceOf = (text: string) => {
  const [, payload = ''] = String(bodyOf(text).value).split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud: unknown }).aud;
};

describe('the request endpoint of a job', () => {
  it.each([
    ['encoded', '&audience=https%3A%2F%2Fapi.example', 'https://api.example'],
    ['raw', '&audience=https://api.example', 'https://api.example'],
    ['with a plus for a space', '&audience=api+example', 'api example'],
    ['repeated: the first one counts', '&audience=one&audience=two', 'one'],
    ['empty: the platform’s own', '&audience=', 'https://github.com/acme'],
    ['left out: the platform’s own', '', 'https://github.com/acme'],
    ['raw with a query of its own', '&audience=https://api.example/?a=b', 'https://api.example/?a=b'],
  ])('takes an audience that is %s', async (_, query, expected) => {
    const { status, text } = await askFor(query);
    expect(status).toBe(200);
    expect(audienceOf(text)).toBe(expected);
  });

  it.each(['Bearer', 'bearer', 'BEARER'])('takes the credential as %s', async (scheme) => {
    expect((await askFor('', [`Authorization: ${scheme} ${secret}`])).status).toBe(200);
  });

  it('looks at the first of two credentials alone', async () => {
    const wrong = `Authorization: Bearer ${'ab'.repeat(32)}`;
    expect((await askFor('', [bearer(), wrong])).status).toBe(200);
    const { status, text } = await askFor('', [wrong, bearer()]);
    expect([status, text.includes('eyJ')]).toEqual([401, false]);
  });

  it.each([
    ['a newline', '%0a'],
    ['an escape', 'a%1b[31m'],
    ['2,049 characters', 'a'.repeat(2_049)],
  ])('refuses an audience with %s', async (_, audience) => {
    const { status, text } = await askFor(`&audience=${audience}`);
    expect(status).toBe(400);
    expect(String(bodyOf(text).message)).toContain('audience');
  });

  it('is never cached and read by no other origin', async () => {
    const { text } = await askFor('');
    expect(text).toMatch(/^Cache-Control: no-store\r$/m);
    expect(text).not.toMatch(/access-control/i);
  });

  it.each([
    ['a foreign Host', ['Host: evil.example'], 'forbidden_host'],
    ['a foreign Origin', ['Origin: https://evil.example'], 'forbidden_origin'],
    ['an opaque Origin', ['Origin: null'], 'forbidden_origin'],
  ])('is closed to %s', async (_, lines, code) => {
    const answer = await askFor('', [bearer(), ...lines]);
    expect(answer.status).toBe(403);
    expect(codeOf(answer)).toBe(code);
    expect(answer.text).not.toMatch(/access-control/i);
  });

  it.each([
    ['an image of another site', ['Sec-Fetch-Site: cross-site']],
    ['a page of this machine', ['Sec-Fetch-Site: same-site']],
    ['a page that may call the rest', ['Origin: https://app.example', 'Sec-Fetch-Site: cross-site']],
  ])('is closed to %s', async (_, lines) => {
    const answer = await askFor('', [bearer(), ...lines]);
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('eyJ');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('answers %s in the platform’s way', async (method) => {
    const { status, text } = await askFor('', [bearer()], method);
    expect(status).toBe(405);
    expect(text).not.toContain('eyJ');
    const body = text.slice(text.indexOf('\r\n\r\n') + 4);
    if (method === 'HEAD') expect(body).toBe('');
    else expect(JSON.parse(body)).toHaveProperty('message');
  });

  it.each(['/issuers/github-actions/idtoken', '/issuers/nobody/idtoken/x', '/issuers/github-actions/idtoken/x/y'])(
    'is nowhere else: %s',
    async (path) => {
      const answer = await daemon.raw(path, [bearer()]);
      expect(answer.status).toBe(404);
      expect(codeOf(answer)).toBe('not_found');
    },
  );

  it.each(['GET', 'POST', 'HEAD'])(
    'answers %s of what is nowhere as the platform does, where it has a way',
    async (method) => {
      await startRun('semaphore');
      const { status, headers, text } = await daemon.raw('/issuers/semaphore/idtoken', [], method);
      expect([status, headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
      expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe(method === 'HEAD' ? '' : 'Not found');
      expect(daemon.readLog()).toContain('/issuers/semaphore/idtoken');
    },
  );

  it('makes no issuer for who asks without one', async () => {
    const before = await daemon.control('GET', '/issuers');
    expect((await daemon.raw('/issuers/forgejo/idtoken/x', [bearer()])).status).toBe(404);
    expect((await daemon.control('GET', '/issuers')).text).toBe(before.text);
  });

  it('answers no longer once the run has ended, and its secret is in no log', async () => {
    const { run, variables, requestToken } = await startRun('github-actions');
    const { pathname, search } = new URL(variables.ACTIONS_ID_TOKEN_REQUEST_URL ?? '');
    const own = [`Authorization: Bearer ${requestToken}`];
    expect((await daemon.raw(pathname + search, own)).status).toBe(200);
    expect((await daemon.control('POST', `/runs/${run.id}/end`, {})).status).toBe(200);
    expect((await daemon.raw(pathname + search, own)).status).toBe(401);
    expect(daemon.readLog()).not.toContain(requestToken);
  });

  it('charges guesses, and serves who knows the secret all the same', async () => {
    const guess = () => askFor('', [`Authorization: Bearer ${'0'.repeat(64)}`]);
    const statuses = await Promise.all(Array.from({ length: 60 }, async () => (await guess()).status));
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect((await askFor('')).status).toBe(200);
  });
});

describe('a route that throws', () => {
  /** A server whose runs cannot be had. */
  async function startBroken(code: ProblemCode, slug: string): Promise<string> {
    const { context } = await openFixture();
    await ensureIssuer(context, slug);
    const answerPlatform = createPlatformRoutes({
      issuers: context,
      loadRuns: async () => {
        throw new MintmarkError(code, 'for this reason');
      },
      report: createFailureReport(() => {}, { write() {}, close() {} }),
    });
    const server = createServer((request, response) => {
      const { pathname, search } = new URL(request.url ?? '', 'http://localhost');
      const admitted = { path: pathname, query: search.slice(1), method: request.method ?? '', authorization: [] };
      void answerPlatform(request, response, admitted);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each(['database_corrupt', 'storage_readonly', 'internal'] as const)(
    'never answers as a gateway, which clients take for a passing fault: %s',
    async (code) => {
      const answer = await ask(`${await startBroken(code, 'github-actions')}/issuers/github-actions/idtoken/x`);
      expect(answer.status).toBe(500);
    },
  );

  it('answers in the form that clients of the platform read', async () => {
    const url = `${await startBroken('too_many_requests', 'buildkite')}/issuers/buildkite/v3/jobs/x/oidc/tokens`;
    const answer = await ask(url, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(429);
    expect(answer.json<{ message: string }>().message).toBe('for this reason');
    expect(answer.headers['retry-after']).toBe('1');
  });

  it('answers so for a body that is too large, of another coding or no text', async () => {
    const url = `${await startBroken('internal', 'buildkite')}/issuers/buildkite/v3/jobs/x/oidc/tokens`;
    const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
      ask(url, { method: 'POST', body: body as string, headers });
    expect((await post('x'.repeat(64 * 1024 + 1))).status).toBe(413);
    expect((await post('{}', { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await post(Buffer.from([0xff, 0xfe]))).status).toBe(400);
  });
});
