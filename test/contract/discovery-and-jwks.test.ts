import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeKey,
  createIssuer,
  type Daemon,
  expectStatus,
  fetchJwks,
  mint,
  rotate,
  startDaemon,
} from '../support/daemon.ts';
import { type Answer, ask } from '../support/http.ts';
import { ALGORITHMS, type Jwks } from '../support/wire.ts';

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
/** The platforms whose issuers this version opens, and a generic one under another name. */
const SLUGS = ['default', 'second', 'superplane', 'miren'];

let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon();
  await createIssuer(daemon, 'second', { alg: 'PS256' });
  for (const platform of ['superplane', 'miren']) await mint(daemon, platform);
});
afterAll(() => daemon.stop());

const urlOf = (slug: string): string => `${daemon.baseUrl}/issuers/${slug}`;
const configurationOf = (slug: string): string => `${urlOf(slug)}/.well-known/openid-configuration`;
const metadataOf = (slug: string): string => `${daemon.baseUrl}/.well-known/oauth-authorization-server/issuers/${slug}`;
const jwksUriOf = async (slug: string): Promise<string> =>
  expectStatus<{ jwks_uri: string }>(await ask(configurationOf(slug)), 200).jwks_uri;
const documentsOf = async (slug: string): Promise<string[]> => [
  configurationOf(slug),
  metadataOf(slug),
  await jwksUriOf(slug),
];
const acaHeaders = ({ headers }: Answer): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

describe.each(SLUGS)('the discovery of %s', (slug) => {
  it('names as issuer, byte for byte, the URL that it is served under', async () => {
    for (const url of [configurationOf(slug), metadataOf(slug)]) {
      const document = expectStatus<{ issuer: string }>(await ask(url), 200);
      expect(document.issuer).toBe(urlOf(slug));
    }
    expect((await mint(daemon, slug)).claims.iss).toBe(urlOf(slug));
  });

  it('names an absolute key set URL that holds the kid of a token just minted', async () => {
    const jwksUri = await jwksUriOf(slug);
    expect(new URL(jwksUri).origin).toBe(daemon.baseUrl);
    const { kid } = await mint(daemon, slug);
    const { keys } = expectStatus<Jwks>(await ask(jwksUri), 200);
    expect(keys.map((key) => key.kid)).toContain(kid);
  });

  it('has the members that OpenID Connect Discovery requires of an issuer, and true ones', async () => {
    const document = expectStatus<Record<string, unknown>>(await ask(configurationOf(slug)), 200);
    const { keys } = await fetchJwks(urlOf(slug));
    expect(document.id_token_signing_alg_values_supported).toEqual([...new Set(keys.map(({ alg }) => alg))]);
    expect(document.response_types_supported).toEqual(expect.arrayContaining(['id_token']));
    expect(document.subject_types_supported).toEqual(['public']);
  });

  it('and its key set are JSON with headers that let a cache keep them and a browser read them', async () => {
    for (const url of await documentsOf(slug)) {
      const { status, headers } = await ask(url, { headers: { origin: 'https://page.example' } });
      expect(status).toBe(200);
      expect(headers['content-type']).toMatch(/^application\/(json|jwk-set\+json)/);
      expect(headers['cache-control']).toMatch(/^public, max-age=\d+/);
      expect(headers.etag).toMatch(/^(W\/)?"[^"]+"$/);
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });
});

describe('the public documents', () => {
  it('answer 304 to the ETag that they gave, and 200 to another', async () => {
    for (const url of await documentsOf('default')) {
      const etag = String((await ask(url)).headers.etag);
      for (const ifNoneMatch of [etag, `"other", ${etag}`, '*']) {
        const answer = await ask(url, { headers: { 'if-none-match': ifNoneMatch } });
        expect({ status: answer.status, text: answer.text }).toEqual({ status: 304, text: '' });
        expect(answer.headers.etag).toBe(etag);
        expect(answer.headers['cache-control']).toMatch(/^public/);
      }
      expect((await ask(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    }
  });

  it('answer HEAD as GET, without the body', async () => {
    for (const url of await documentsOf('default')) {
      const get = await ask(url);
      const head = await ask(url, { method: 'HEAD' });
      expect({ status: head.status, text: head.text }).toEqual({ status: 200, text: '' });
      for (const name of ['content-type', 'content-length', 'etag', 'cache-control']) {
        expect(head.headers[name]).toBe(get.headers[name]);
      }
    }
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'])(
    'answer 405 to %s and name what is allowed',
    async (method) => {
      for (const url of await documentsOf('default')) {
        const answer = await ask(url, { method });
        expect(answer.status).toBe(405);
        expect(String(answer.headers.allow).split(/,\s*/)).toEqual(expect.arrayContaining(['GET', 'HEAD']));
      }
    },
  );

  it('change their ETag when the keys change', async () => {
    await createIssuer(daemon, 'etag', { alg: 'ES256' });
    const jwksUri = await jwksUriOf('etag');
    const before = String((await ask(jwksUri)).headers.etag);
    await rotate(daemon, 'etag');
    const answer = await ask(jwksUri, { headers: { 'if-none-match': before } });
    expect(answer.status).toBe(200);
    expect(answer.headers.etag).not.toBe(before);
  });

  it('answer a preflight for a read, and nothing else of the daemon allows another origin anything', async () => {
    const preflight = { origin: 'https://page.example', 'access-control-request-method': 'GET' };
    for (const url of await documentsOf('default')) {
      const answer = await ask(url, { method: 'OPTIONS', headers: preflight });
      expect(answer.status).toBeLessThan(300);
      expect(answer.headers['access-control-allow-origin']).toBe('*');
    }
    for (const path of [
      '/api/v1/health',
      '/api/v1/issuers',
      '/api/v1/verify',
      '/api/v1/openapi.json',
      '/nothing',
      '/',
    ]) {
      for (const method of ['GET', 'OPTIONS', 'POST']) {
        const answer = await daemon.publicGet(path, { method, headers: preflight });
        expect(acaHeaders(answer), `${method} ${path}`).toEqual([]);
        expect(answer.status, `${method} ${path}`).toBeGreaterThanOrEqual(400);
      }
    }
  });

  it('list the active key first, then the others that still verify or soon sign', async () => {
    await createIssuer(daemon, 'order', { alg: 'ES256' });
    const { kid: first } = await mint(daemon, 'order');
    const { kid: second } = await rotate(daemon, 'order');
    const { kid: third } = await rotate(daemon, 'order', { prepublish: true });
    const kids = (await fetchJwks(urlOf('order'))).keys.map(({ kid }) => kid);
    expect(kids[0]).toBe(second);
    expect(new Set(kids)).toEqual(new Set([first, second, third]));
  });

  it('never hold a private member, in any state of any key of any algorithm', async () => {
    for (const alg of ALGORITHMS) {
      const slug = `states-${alg.toLowerCase()}`;
      await createIssuer(daemon, slug, { alg });
      const check = async (): Promise<void> => {
        for (const key of (await fetchJwks(urlOf(slug))).keys) {
          expect(PRIVATE_MEMBERS.filter((member) => member in key)).toEqual([]);
        }
      };
      const { kid } = await mint(daemon, slug);
      await rotate(daemon, slug, { prepublish: true });
      await check();
      const { kid: active } = await rotate(daemon, slug);
      await check();
      await changeKey(daemon, slug, kid, 'retire');
      await changeKey(daemon, slug, active, 'revoke');
      await check();
    }
  });

  it('take no part of themselves from the request', async () => {
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '10.0.0.1',
      forwarded: 'host=evil.example;proto=https',
      'x-original-url': '/evil',
      'x-http-method-override': 'DELETE',
    };
    for (const url of await documentsOf('default')) {
      const [plain, dressed] = [await ask(url), await ask(url, { headers })];
      expect(dressed.text).toBe(plain.text);
    }
  });

  it('are not there for an issuer that does not exist, in another case, or with a slash more', async () => {
    for (const path of [
      '/issuers/nobody/.well-known/openid-configuration',
      '/issuers/DEFAULT/.well-known/openid-configuration',
      '/issuers/default/.well-known/openid-configuration/',
      '/issuers/default//.well-known/openid-configuration',
      '/issuers/default/.well-known/OpenID-configuration',
      '/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/issuers/nobody',
      '/issuers/__proto__/.well-known/openid-configuration',
      '/issuers/constructor/.well-known/jwks.json',
    ]) {
      expect([400, 404], path).toContain((await daemon.publicGet(path)).status);
    }
  });
});
