import { decodeProtectedHeader } from 'jose';
import { expect, test, vi } from 'vitest';
import { createIssuer } from '../../../daemon/issuer/issuers.ts';
import { listKeys, revokeKey, rotateKey } from '../../../daemon/issuer/keys.ts';
import { mintToken } from '../../../daemon/issuer/mint.ts';
import { SIGNING_ALGORITHMS } from '../../../daemon/protocol/resources.ts';
import { BASE_URL, FAST, openFixture, START } from './setup.ts';

test('a token says who, for whom and how long, in whole seconds', async () => {
  const { mint, clock } = await openFixture();
  clock.advance(789);
  const { claims, expiresAt, jti, issuer, header, kid, token } = await mint({
    subject: 'repo:a/b',
    audience: ['x', 'y'],
    claims: { ref: 'main' },
    ttlSeconds: 90,
  });
  expect(claims).toEqual({
    iss: `${BASE_URL}/issuers/default`,
    sub: 'repo:a/b',
    aud: ['x', 'y'],
    iat: START / 1_000,
    nbf: START / 1_000,
    exp: START / 1_000 + 90,
    jti,
    ref: 'main',
  });
  expect(issuer).toBe(claims.iss);
  expect(header).toEqual({ alg: 'RS256', kid, typ: 'JWT' });
  expect(decodeProtectedHeader(token)).toEqual(header);
  expect(expiresAt).toBe('2026-11-22T15:01:30Z');
});

test('a token without wishes has the platform’s subject and audience and the issuer’s lifetime', async () => {
  const { mint, context } = await openFixture();
  await createIssuer(context, { slug: 'short', ...FAST, tokenTtlSeconds: 42 });
  const { claims } = await mint({ slug: 'short' });
  expect(claims).toMatchObject({ sub: 'local:developer', aud: `${BASE_URL}/issuers/short` });
  expect(Number(claims.exp) - Number(claims.iat)).toBe(42);
});

test.each([
  ['one audience of 2,048 characters', 'a'.repeat(2_048)],
  ['audiences of 8,192 characters together', Array(4).fill('a'.repeat(2_048))],
])('takes %s', async (_name, audience) => {
  const { mint } = await openFixture();
  expect((await mint({ audience })).claims.aud).toEqual(audience);
});

test.each(SIGNING_ALGORITHMS)('what is minted with %s is accepted', async (alg) => {
  const { mint, judge, context } = await openFixture();
  await createIssuer(context, { slug: 'a', platform: 'generic', alg });
  const { token } = await mint({ slug: 'a' });
  expect(judge(token)).toMatchObject({ status: 'accepted', provenance: 'local-issuer' });
});

test('a token is on record, with its event, before it is answered; its text is nowhere', async () => {
  const { mint, store, eventNames } = await openFixture();
  const { token, jti, claims } = await mint({ claims: { big: 'x'.repeat(300) } });
  expect(store.tokens.byJti(jti)).toMatchObject({ claimsJson: JSON.stringify(claims), expiresAt: claims.exp });
  expect(eventNames().at(-1)).toBe('token.minted');
  expect(JSON.stringify(store.events.after(0, 100))).not.toContain(token.split('.')[2]);
});

test('hundreds minted at once are all on record and all different', async () => {
  const { mint, store, context } = await openFixture();
  await createIssuer(context, { slug: 'a', ...FAST });
  const minted = await Promise.all(Array.from({ length: 300 }, () => mint({ slug: 'a' })));
  expect(new Set(minted.map(({ jti }) => jti)).size).toBe(300);
  expect(minted.every(({ jti }) => store.tokens.byJti(jti) !== undefined)).toBe(true);
  expect(store.tokens.count()).toBe(300);
});

test.each(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'])(
  'the claim %s cannot be set by the caller',
  async (name) => {
    const { mint } = await openFixture();
    await expect(mint({ claims: { [name]: 1 } })).rejects.toMatchObject({ code: 'reserved_claim' });
  },
);

test.each(['alg', 'kid', 'jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64', 'enc', 'zip'])(
  'the header parameter %s cannot be set by the caller',
  async (name) => {
    const { mint } = await openFixture();
    await expect(mint({ header: { [name]: 'x' } })).rejects.toMatchObject({ code: 'reserved_header' });
  },
);

test('typ and further header parameters are the caller’s', async () => {
  const { mint } = await openFixture();
  const { token, header } = await mint({ header: { typ: 'at+jwt', 'x-run': 7, list: ['a'] } });
  expect(decodeProtectedHeader(token)).toEqual(header);
  expect(header).toMatchObject({ typ: 'at+jwt', 'x-run': 7, list: ['a'] });
});

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

test.each([
  ['ttl 0', { ttlSeconds: 0 }, 'ttl_out_of_range'],
  ['ttl below 0', { ttlSeconds: -1 }, 'ttl_out_of_range'],
  ['ttl of a day and a second', { ttlSeconds: 86_401 }, 'ttl_out_of_range'],
  ['ttl with a fraction', { ttlSeconds: 1.5 }, 'ttl_out_of_range'],
  ['an empty subject', { subject: '' }, 'invalid_request'],
  ['a subject of 256 characters', { subject: 's'.repeat(256) }, 'invalid_request'],
  ['a subject with a newline', { subject: 'a\nb' }, 'invalid_request'],
  ['half a surrogate pair in the subject', { subject: '\ud800' }, 'invalid_request'],
  ['no audience in the list', { audience: [] }, 'invalid_request'],
  ['an empty audience', { audience: '' }, 'invalid_request'],
  ['65 audiences', { audience: Array.from({ length: 65 }, String) }, 'invalid_request'],
  ['an audience with a newline', { audience: 'a\nb' }, 'invalid_request'],
  ['an escape in a further audience', { audience: ['a', '\u001b[31m'] }, 'invalid_request'],
  ['an audience of 2,049 characters', { audience: 'a'.repeat(2_049) }, 'invalid_request'],
  ['audiences of more than 8,192 characters', { audience: Array(5).fill('a'.repeat(1_640)) }, 'invalid_request'],
  ['half a surrogate pair in a value', { claims: { a: ['\udc00'] } }, 'invalid_request'],
  ['half a surrogate pair in a name', { claims: { '\ud800': 1 } }, 'invalid_request'],
  ['nesting of 65', { claims: { a: deep(64) } }, 'invalid_request'],
  ['nesting that overflows a stack', { claims: { a: deep(5_000) } }, 'invalid_request'],
  ['a claim of 16 KiB', { claims: { a: 'x'.repeat(16_384) } }, 'too_large'],
  ['an object as header parameter', { header: { a: {} } }, 'invalid_request'],
  ['a typ that is no text', { header: { typ: 1 } }, 'invalid_request'],
])('%s is refused and leaves no record', async (_name, request, code) => {
  const { mint, store } = await openFixture();
  await expect(mint(request as Parameters<typeof mint>[0])).rejects.toMatchObject({ code });
  expect(store.tokens.count()).toBe(0);
});

test('the largest token that is minted is one that the verifier reads', async () => {
  const { mint, judge } = await openFixture();
  let low = 1;
  let high = 16_384;
  while (high - low > 1) {
    const size = (low + high) >> 1;
    const minted = await mint({ claims: { a: 'x'.repeat(size) } }).catch(() => null);
    if (minted === null) high = size;
    else low = size;
  }
  const { token } = await mint({ claims: { a: 'x'.repeat(low) } });
  expect(token.length).toBeGreaterThan(16_380);
  expect(judge(token).status).toBe('accepted');
});

test('claims named like members of every object are claims', async () => {
  const { mint, judge } = await openFixture();
  const claims = JSON.parse('{"__proto__":{"a":1},"constructor":"c"}');
  const { token } = await mint({ claims });
  const { status, claims: seen } = judge(token);
  expect(status).toBe('accepted');
  expect(Object.getOwnPropertyDescriptor(seen, '__proto__')?.value).toEqual({ a: 1 });
});

test.each([
  ['before the epoch', -1],
  ['at the end of the year 9999', 253_402_300_799_000],
])('no token is minted %s, and time that comes back is minted in again', async (_name, at) => {
  const { mint, judge, clock } = await openFixture();
  await mint();
  clock.freeze(at);
  await expect(mint()).rejects.toMatchObject({ code: 'ttl_out_of_range' });
  clock.freeze(START - 3_600_000);
  const { token, claims } = await mint();
  expect(claims.iat).toBe(START / 1_000 - 3_600);
  expect(judge(token).status).toBe('accepted');
});

test('a token whose key is revoked while it is signed is signed anew before it is acknowledged', async () => {
  const { context, mint, judge } = await openFixture();
  await createIssuer(context, { slug: 'a', ...FAST });
  for (let round = 0; round < 20; round += 1) {
    // With a staged key the revocation is done before any signature comes back from the thread pool.
    const next = await rotateKey(context, { slug: 'a', prepublish: true });
    const { items } = await listKeys(context, { slug: 'a' });
    const minting = Array.from({ length: 8 }, () =>
      mint({ slug: 'a' }).then(({ token, kid }) => [kid, judge(token).status]),
    );
    await revokeKey(context, { slug: 'a', kid: items[0]!.kid });
    expect(await Promise.all(minting)).toEqual(Array(8).fill([next.kid, 'accepted']));
  }
});

test('a rotation does not hold or break what is being minted', async () => {
  const { context, mint, judge } = await openFixture();
  await createIssuer(context, { slug: 'a', ...FAST });
  const [minted] = await Promise.all([
    Promise.all(Array.from({ length: 100 }, () => mint({ slug: 'a' }))),
    ...Array.from({ length: 10 }, () => rotateKey(context, { slug: 'a', prepublish: false })),
  ]);
  expect(minted.map(({ token }) => judge(token).status)).toEqual(Array(100).fill('accepted'));
});

test('a token that cannot be signed holds up nobody who waits for the same commit', async () => {
  const { context, mint, store } = await openFixture();
  const { signer } = context.keyring.bySlug('default')!;
  const reserve = vi.spyOn(store.commits, 'reserve');
  vi.spyOn(signer!, 'sign').mockRejectedValueOnce(new Error('the key is broken'));
  await expect(mint()).rejects.toMatchObject({ code: 'key_unavailable' });
  const slot = reserve.mock.results[0]!.value;
  expect(() => slot.commit(() => {})).toThrow(expect.objectContaining({ code: 'internal' }));
  expect(store.tokens.count()).toBe(0);
  await mint();
});

test('a platform’s first issuer is made by the first token that is asked of it', async () => {
  const { context } = await openFixture();
  const { issuer, claims } = await mintToken(context, { slug: 'miren' });
  expect(issuer).toBe(`${BASE_URL}/issuers/miren`);
  expect(claims.aud).toEqual(['miren']);
});

test.each([
  ['nowhere', 'issuer_not_found'],
  ['chainloop', 'platform_unavailable'],
])('nothing is minted for %s', async (slug, code) => {
  const { mint } = await openFixture();
  await expect(mint({ slug })).rejects.toMatchObject({ code });
});
