import { allowInsecureRequests, customFetch, discoveryRequest, processDiscoveryResponse } from 'oauth4webapi';
import { expect, test } from 'vitest';
import { createIssuer } from '../../../daemon/issuer/issuers.ts';
import { listKeys, retireKey, revokeKey, rotateKey } from '../../../daemon/issuer/keys.ts';
import { BASE_URL, FAST, openFixture } from './setup.ts';

const url = `${BASE_URL}/issuers/default`;
const DISCOVERY = '/issuers/default/.well-known/openid-configuration';
const JWKS = '/issuers/default/.well-known/jwks.json';

test('discovery names the issuer byte for byte and a JWKS that is there', async () => {
  const { context } = await openFixture();
  const document = context.keyring.documentAt(DISCOVERY);
  const content = JSON.parse(String(document?.body));
  expect(content).toMatchObject({
    issuer: url,
    jwks_uri: `${url}/.well-known/jwks.json`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  });
  expect(context.keyring.documentAt(new URL(content.jwks_uri).pathname)).toBeDefined();
  expect(document).toMatchObject({
    contentType: 'application/json',
    cacheControl: 'public, max-age=600, must-revalidate',
  });
});

test('authorization server metadata says the same (RFC 8414)', async () => {
  const { context } = await openFixture();
  expect(context.keyring.documentAt('/.well-known/oauth-authorization-server/issuers/default')).toBe(
    context.keyring.documentAt(DISCOVERY),
  );
});

test('another client accepts the discovery document', async () => {
  const { context } = await openFixture();
  const document = context.keyring.documentAt(DISCOVERY);
  const response = await discoveryRequest(new URL(url), {
    [allowInsecureRequests]: true,
    [customFetch]: async () => Response.json(JSON.parse(String(document?.body))),
  });
  await expect(processDiscoveryResponse(new URL(url), response)).resolves.toMatchObject({ issuer: url });
});

test('the JWKS never has a private member, in whatever states the keys are (K7)', async () => {
  const { context } = await openFixture();
  for (const alg of ['RS256', 'ES256', 'ES384', 'EdDSA', 'PS256'] as const) {
    await rotateKey(context, { slug: 'default', alg, prepublish: false });
    await rotateKey(context, { slug: 'default', alg, prepublish: true });
    const { keys } = JSON.parse(String(context.keyring.documentAt(JWKS)?.body));
    for (const jwk of keys) {
      expect(Object.keys(jwk).filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'].includes(name))).toEqual(
        [],
      );
      expect(jwk).toMatchObject({ use: 'sig', kid: expect.any(String), alg: expect.any(String) });
    }
  }
});

test('the JWKS has the active key first and no retired or revoked one', async () => {
  const { context } = await openFixture();
  await createIssuer(context, { slug: 'a', ...FAST });
  const first = (await listKeys(context, { slug: 'a' })).items[0]!.kid;
  const second = (await rotateKey(context, { slug: 'a', prepublish: false })).kid;
  const third = (await rotateKey(context, { slug: 'a', prepublish: false })).kid;
  const staged = (await rotateKey(context, { slug: 'a', prepublish: true })).kid;
  const read = (): string[] =>
    JSON.parse(String(context.keyring.documentAt('/issuers/a/.well-known/jwks.json')?.body)).keys.map(
      (key: { kid: string }) => key.kid,
    );
  expect(read()).toEqual([third, staged, second, first]);
  await retireKey(context, { slug: 'a', kid: first });
  await revokeKey(context, { slug: 'a', kid: second });
  expect(read()).toEqual([third, staged]);
});

test('bytes and ETag stay the same until a key changes', async () => {
  const { context, mint } = await openFixture();
  const before = context.keyring.documentAt(JWKS);
  await mint();
  expect(context.keyring.documentAt(JWKS)).toBe(before);
  await rotateKey(context, { slug: 'default', prepublish: true });
  const after = context.keyring.documentAt(JWKS);
  expect(after?.etag).toMatch(/^"[\w-]{43}"$/);
  expect(after?.etag).not.toBe(before?.etag);
});
