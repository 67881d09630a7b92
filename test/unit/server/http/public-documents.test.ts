import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '../setup.ts';

const DISCOVERY = '/issuers/default/.well-known/openid-configuration';
const JWKS = '/issuers/default/.well-known/jwks.json';
const METADATA = '/.well-known/oauth-authorization-server/issuers/default';
const DOCUMENTS = [DISCOVERY, METADATA, JWKS];

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
});
afterAll(() => daemon.stop());

const bodyOf = (answer: { text: string }): string => answer.text.slice(answer.text.indexOf('\r\n\r\n') + 4);

it.each(DOCUMENTS)('%s is read by anyone from anywhere', async (path) => {
  for (const origin of [[], ['Origin: https://app.example'], ['Origin: null']]) {
    const answer = await daemon.raw(path, origin);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'public, max-age=600, must-revalidate',
      'content-type': expect.stringMatching(/^application\/.*json/),
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
    expect(JSON.parse(bodyOf(answer))).toBeTypeOf('object');
  }
});

it.each(DOCUMENTS)('%s has a HEAD with the same headers and no body', async (path) => {
  const [get, head] = [await daemon.raw(path), await daemon.raw(path, [], 'HEAD')];
  const { date: _, ...known } = get.headers;
  expect(head.headers).toMatchObject(known);
  expect(bodyOf(head)).toBe('');
});

it('the issuer in it does not depend on how it was asked for', async () => {
  for (const lines of [
    [],
    [`Host: 127.0.0.1:${daemon.port}`, 'X-Forwarded-Host: evil.test', 'X-Forwarded-Proto: https'],
  ]) {
    const document = JSON.parse(bodyOf(await daemon.raw(DISCOVERY, lines))) as { issuer: string; jwks_uri: string };
    expect(document.issuer).toBe(`http://localhost:${daemon.port}/issuers/default`);
    expect(document.jwks_uri).toBe(`http://localhost:${daemon.port}${JWKS}`);
  }
});

it('an entity tag that is still right is answered with 304, any other with the document', async () => {
  const etag = (await daemon.raw(JWKS)).headers.etag ?? '';
  for (const condition of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const answer = await daemon.raw(JWKS, [`If-None-Match: ${condition}`]);
    expect({ condition, status: answer.status, body: bodyOf(answer) }).toEqual({ condition, status: 304, body: '' });
    expect(answer.headers.etag).toBe(etag);
  }
  for (const condition of ['"other"', etag.slice(1, -1), '']) {
    expect((await daemon.raw(JWKS, [`If-None-Match: ${condition}`])).status).toBe(200);
  }
  await daemon.control('POST', '/issuers/default/keys/rotate', {});
  const rotated = await daemon.raw(JWKS, [`If-None-Match: ${etag}`]);
  expect(rotated.status).toBe(200);
  expect(rotated.headers.etag).not.toBe(etag);
});

it('a document of a platform’s first issuer is read from anywhere, also by whoever makes it be there', async () => {
  const path = '/issuers/miren/.well-known/miren/jwks';
  expect((await daemon.raw(`${path}x`, ['Origin: https://app.example'])).status).toBe(403);
  const answer = await daemon.raw(path, ['Origin: https://app.example']);
  expect(answer.status).toBe(200);
  expect(answer.headers['access-control-allow-origin']).toBe('*');
});

it('a preflight is answered there and nowhere else', async () => {
  const preflight = ['Origin: https://app.example', 'Access-Control-Request-Method: GET'];
  const there = await daemon.raw(JWKS, preflight, 'OPTIONS');
  expect(there.status).toBe(204);
  expect(there.headers['access-control-allow-methods']).toBe('GET, HEAD');
  for (const path of ['/api/v1/issuers', '/api/v1/health', '/', '/nothing']) {
    const answer = await daemon.raw(path, preflight, 'OPTIONS');
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
});

it('of a first issuer that is not there yet, a preflight is answered and a wrong method told apart', async () => {
  const path = '/issuers/circleci/.well-known/openid-configuration';
  const origin = 'Origin: https://app.example';
  const posted = await daemon.raw(path, [origin], 'POST');
  expect(posted).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } });
  const asked = await daemon.raw(path, [origin, 'Access-Control-Request-Method: GET'], 'OPTIONS');
  expect(asked).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': '*' } });
});

it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE'])('%s is refused with what is allowed', async (method) => {
  const answer = await daemon.raw(JWKS, [], method);
  expect(answer.status).toBe(405);
  expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS');
});

it("a platform's first issuer is there once its documents are asked for", async () => {
  const path = '/issuers/superplane/.well-known/openid-configuration';
  expect((await daemon.raw(path)).status).toBe(200);
  expect((await daemon.raw('/issuers/nobody/.well-known/openid-configuration')).status).toBe(404);
  expect((await daemon.raw('/issuers/source-coop/.well-known/openid-configuration')).status).toBe(404);
});
