import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../../../daemon/protocol/operations.ts';
import { listOperationNames } from '../../../../daemon/server/control-api/routes.ts';
import { ask } from '../../../support/http.ts';
import { sendRaw } from '../../../support/raw-socket.ts';
import { waitFor } from '../../../support/wait.ts';
import { codeOf, startTestDaemon, type TestDaemon } from '../setup.ts';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon({ allowedOrigins: ['https://ui.example'] });
});
afterAll(() => daemon.stop());

const JSON_TYPE = 'Content-Type: application/json';
const post = (body: string, lines: readonly string[] = [JSON_TYPE]) =>
  daemon.raw('/api/v1/verify', [...daemon.holder, ...lines], 'POST', body);
const postJson = (body: string) =>
  daemon.control('POST', '/verify', undefined, { body, headers: { 'content-type': 'application/json' } });

/** Whoever guesses much is answered 429 for a while: that is no answer yet. */
const refusedWith = (target: string, lines: readonly string[], method = 'GET'): Promise<string> =>
  waitFor('an answer that is not 429', async () => {
    const answer = await daemon.raw(target, lines, method);
    return answer.status !== 429 && codeOf(answer);
  });

describe('the credential', () => {
  it('is needed by every operation, and asked for before the body is looked at', async () => {
    for (const name of listOperationNames()) {
      const { method, path } = OPERATIONS[name];
      const target = `/api/v1${path.replace('{slug}', 'x').replace('{kid}', 'x').replace('{jti}', 'x')}`;
      expect({ name, code: await refusedWith(target, [], method) }).toEqual({ name, code: 'unauthorized' });
    }
  });

  it('counts in the header alone (H13)', async () => {
    const { controlToken } = daemon.file;
    const query = `/api/v1/issuers?access_token=${controlToken}`;
    expect(await refusedWith(query, [`Cookie: token=${controlToken}`])).toBe('unauthorized');
  });

  it('is asked for by the right header', async () => {
    const answer = await waitFor('a 401', async () => {
      const tried = await daemon.raw('/api/v1/issuers');
      return tried.status === 401 && tried;
    });
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
  });

  it('of its holder opens while others are told to come later (H15)', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 100 }, () => daemon.raw('/api/v1/issuers', ['Authorization: Bearer guess'])),
    );
    const slowed = guesses.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(0);
    expect(Number(slowed[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await daemon.control('GET', '/issuers')).status).toBe(200);
  });

  it('is not looked at for a path that is not there, nor for a wrong method', async () => {
    expect(codeOf(await daemon.raw('/api/v1/nothing'))).toBe('not_found');
    expect(codeOf(await daemon.raw('/api/v1/issuers', [], 'PUT'))).toBe('method_not_allowed');
  });
});

describe('a browser', () => {
  it('of an allowed origin is served, of any other it is not', async () => {
    const from = (origin: string) => daemon.raw('/api/v1/issuers', [...daemon.holder, `Origin: ${origin}`]);
    expect((await from('https://ui.example')).status).toBe(200);
    expect(codeOf(await from('https://evil.example'))).toBe('forbidden_origin');
    expect((await from('https://ui.example')).headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('the body', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; x=y',
    'application/jsonp',
    'application/json, text/plain',
  ])('of type %s is refused (H12)', async (type) => {
    expect(codeOf(await post('{"token":"x"}', [`Content-Type: ${type}`]))).toBe('unsupported_media_type');
  });

  it('without a type is refused, and so is a compressed one', async () => {
    expect(codeOf(await post('{"token":"x"}', []))).toBe('unsupported_media_type');
    expect(codeOf(await post('x', [JSON_TYPE, 'Content-Encoding: gzip']))).toBe('unsupported_media_type');
  });

  it.each(['application/json', 'APPLICATION/JSON; Charset="UTF-8"', 'application/json;charset=utf-8'])(
    'of type %s is read',
    async (type) => {
      expect((await post('{"token":"x"}', [`Content-Type: ${type}`])).status).toBe(200);
    },
  );

  it.each([
    ['a million deep', '['.repeat(1_000_000)],
    ['65 deep', `{"token":${'['.repeat(65)}${']'.repeat(65)}}`],
    ['a member twice', '{"token":"a","tok\\u0065n":"b"}'],
    ['NaN', '{"token":NaN}'],
    ['a trailing comma', '{"token":"a",}'],
    ['a byte order mark', '\ufeff{"token":"a"}'],
    ['a lone surrogate', '{"token":"\\ud800"}'],
    ['nothing', ' '],
  ])('with %s is no JSON (H17)', async (_what, body) => {
    expect(codeOf(await postJson(body))).toBe('invalid_json');
  });

  it.each([
    ['a list', '[]'],
    ['an integer beyond 2^53', '{"token":"a","expect":{"claims":{"n":12345678901234567890}}}'],
    ['a number beyond every other', '{"token":"a","expect":{"claims":{"n":[1e400]}}}'],
    ['a number that becomes 0', '{"token":"a","expect":{"claims":{"n":1e-400}}}'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['another member', '{"token":"a","more":1}'],
    ['a member missing', '{}'],
    ['a member of another type', '{"token":7}'],
    ['__proto__', '{"token":"a","__proto__":{}}'],
    ['__proto__ inside', '{"token":"a","expect":{"claims":{"__proto__":1}}}'],
  ])('that is or has %s is not of the documented form', async (_what, body) => {
    expect(codeOf(await post(body))).toBe('invalid_request');
  });

  it('never says a value back, only the member', async () => {
    const answer = await post('{"token":"a","expect":{"issuer":7,"audience":[8],"PLANTED\\n\\u0022":"PLANTED-TOO"}}');
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('expect.issuer');
    expect(answer.text).not.toContain('PLANTED');
  });

  it('may not say what the path says', async () => {
    const answer = await daemon.control('POST', '/issuers/default/tokens', { slug: 'other' });
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('may be left out where nothing has to be said, and is not null there either', async () => {
    expect((await daemon.control('POST', '/issuers/default/keys/rotate')).status).toBe(200);
    const request = { body: 'null', headers: { 'content-type': 'application/json' } };
    const answer = await daemon.control('POST', '/issuers/default/keys/rotate', undefined, request);
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it.each([
    ['with a type and no length', [JSON_TYPE]],
    ['with a type and a length of 0', [JSON_TYPE, 'Content-Length: 0']],
    ['with another type and a length of 0', ['Content-Type: text/plain', 'Content-Length: 0']],
    ['in chunks with a type', [JSON_TYPE, 'Transfer-Encoding: chunked']],
    ['in chunks without a type', ['Transfer-Encoding: chunked']],
    ['in chunks that are waited for', ['Transfer-Encoding: chunked', 'Expect: 100-continue']],
  ])('of no bytes, %s, is none', async (_what, lines) => {
    const post = (path: string) => {
      const head = [`POST /api/v1${path} HTTP/1.1`, `Host: localhost:${daemon.port}`, ...daemon.holder, ...lines];
      const end = lines.includes('Transfer-Encoding: chunked') ? '0\r\n\r\n' : '';
      return sendRaw(daemon.port, `${head.join('\r\n')}\r\n\r\n${end}`);
    };
    const { jti } = await daemon.mint();
    expect((await post(`/tokens/${jti}/revoke`)).text).toMatch(/^HTTP\/1\.1 (100 Continue\r\n\r\nHTTP\/1\.1 )?200 /);
    expect((await post('/issuers/default/tokens')).text).toContain('"token":');
    for (const path of ['/verify', '/issuers']) expect((await post(path)).text).toContain('"code":"invalid_request"');
  });

  it('in chunks is refused for its type once it has a byte, and for a coding in any case', async () => {
    const send = (lines: readonly string[], chunks: string) => {
      const all = [`Host: localhost:${daemon.port}`, ...daemon.holder, 'Transfer-Encoding: chunked', ...lines];
      return sendRaw(
        daemon.port,
        `POST /api/v1/issuers/default/tokens HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${chunks}`,
      );
    };
    expect(codeOf(await send([], '2\r\n{}\r\n0\r\n\r\n'))).toBe('unsupported_media_type');
    expect(codeOf(await send(['Content-Type: text/plain'], '2\r\n{}\r\n0\r\n\r\n'))).toBe('unsupported_media_type');
    expect(codeOf(await send([JSON_TYPE, 'Content-Encoding: gzip'], '0\r\n\r\n'))).toBe('unsupported_media_type');
  });

  it('names a claim that would be minted as another number', async () => {
    const request = {
      body: '{"claims":{"run":12345678901234567890}}',
      headers: { 'content-type': 'application/json' },
    };
    const answer = await daemon.control('POST', '/issuers/default/tokens', undefined, request);
    expect(answer.json()).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining('claims.run: ') });
  });

  it('beside a query, or of a request that has none, is refused', async () => {
    expect(codeOf(await daemon.raw('/api/v1/verify?x=1', [...daemon.holder, JSON_TYPE], 'POST', '{}'))).toBe(
      'invalid_request',
    );
    expect(codeOf(await daemon.raw('/api/v1/issuers', [...daemon.holder, JSON_TYPE], 'GET', '{}'))).toBe(
      'invalid_request',
    );
  });
});

it('a refused request is in the log with its path, without its query and without a token in either', async () => {
  const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${segment({ alg: 'RS256', kid: 'x' })}.${segment({ sub: 'x' })}.${'A'.repeat(86)}`;
  // Of a daemon that was asked much else only some of the refusals are there.
  const quiet = await startTestDaemon();
  try {
    await quiet.raw(`/api/v1/tokens/${token}?secret=PLANTED`, quiet.holder);
    await quiet.raw('/nowhere?secret=PLANTED', []);
    const log = quiet.readLog();
    const refused = log.split('\n').filter((line) => line.includes('request refused'));
    const paths = refused.map((line) => (JSON.parse(line) as { path: string }).path);
    expect(paths).toEqual([expect.stringMatching(/^\/api\/v1\/tokens\//), '/nowhere']);
    expect(log).not.toContain('PLANTED');
    expect(log).not.toContain(token.slice(0, 20));
  } finally {
    await quiet.stop();
  }
});

describe('the query', () => {
  it.each(['?limit=0', '?limit=x', '?limit=1&limit=2', '?other=1', '?__proto__=1', '?cursor=%ff-'])(
    '%s is refused',
    async (query) => {
      expect((await daemon.control('GET', `/issuers${query}`)).json()).toMatchObject({ code: 'invalid_request' });
    },
  );

  it('pages through a list', async () => {
    for (let count = 0; count < 3; count += 1) await daemon.mint();
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = (await daemon.control('GET', `/tokens?limit=1${after}`)).json<{
        items: { jti: string }[];
        nextCursor: string | null;
      }>();
      seen.push(...page.items.map(({ jti }) => jti));
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(3);
  });
});

describe('a failure', () => {
  it('is a problem document whose correlation id is in the log with the detail', async () => {
    const answer = await daemon.control('GET', '/tokens/nothing');
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const problem = answer.json<{ correlationId: string }>();
    expect(problem).toMatchObject({
      type: 'urn:mintmark:problem:token_not_found',
      title: expect.any(String),
      status: 404,
      code: 'token_not_found',
    });
    const lines = daemon.readLog().split('\n');
    expect(lines.filter((line) => line.includes(problem.correlationId))).toHaveLength(1);
  });

  it('of a token is none: a bad token has a verdict', async () => {
    const answer = await daemon.control('POST', '/verify', { token: 'nonsense' });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ status: 'refused', reason: 'format' });
  });
});

describe('health', () => {
  it('proves the daemon to whoever sends a nonce, and says nothing secret', async () => {
    const { baseUrl, controlToken, instance } = daemon.file;
    const nonce = randomBytes(32).toString('base64url');
    const answer = await ask(`${baseUrl}/api/v1/health`, { headers: { 'mintmark-nonce': nonce } });
    const proof = createHmac('sha256', controlToken)
      .update(`mintmark daemon proof\n${baseUrl}\n${nonce}`)
      .digest('base64url');
    expect(answer.json()).toEqual({ status: 'ok', version: '0.0.0-test', instance, baseUrl, proof });
    expect(answer.text).not.toContain(controlToken);
    expect((await ask(`${baseUrl}/api/v1/health`)).json()).not.toHaveProperty('proof');
  });

  it.each(['short', 'x'.repeat(87), 'spaces are not base64url!!', ''])('%j is no nonce', async (nonce) => {
    expect(codeOf(await daemon.raw('/api/v1/health', [`Mintmark-Nonce: ${nonce}`]))).toBe('invalid_request');
  });

  it('twice is no nonce', async () => {
    const nonce = `Mintmark-Nonce: ${'x'.repeat(22)}`;
    expect(codeOf(await daemon.raw('/api/v1/health', [nonce, nonce]))).toBe('invalid_request');
  });
});

describe('the OpenAPI document', () => {
  it('names every operation, and every reference in it leads somewhere', async () => {
    const answer = await ask(`${daemon.file.baseUrl}/api/v1/openapi.json`);
    const document = answer.json<{
      openapi: string;
      paths: Record<string, Record<string, { operationId: string }>>;
      components: { schemas: Record<string, unknown> };
    }>();
    expect(document.openapi).toMatch(/^3\.1\./);
    const ids = Object.values(document.paths).flatMap((item) => Object.values(item).map((one) => one.operationId));
    expect(ids.sort()).toEqual([...listOperationNames(), 'health'].sort());
    const references = [...answer.text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) {
      expect(document.components.schemas).toHaveProperty([reference.replace('#/components/schemas/', '')]);
    }
  });
});

it('the time is set by the control API and told as it is', async () => {
  const frozen = await daemon.control('POST', '/clock', { freeze: '2030-01-01T00:00:00Z' });
  expect(frozen.json()).toMatchObject({ now: '2030-01-01T00:00:00Z', frozen: true, controllable: true });
  await daemon.control('POST', '/clock', { advanceSeconds: 90 });
  expect((await daemon.control('GET', '/clock')).json()).toMatchObject({ now: '2030-01-01T00:01:30Z' });
  expect((await daemon.control('POST', '/clock', { reset: true })).json()).toMatchObject({
    frozen: false,
    offsetSeconds: 0,
  });
});
