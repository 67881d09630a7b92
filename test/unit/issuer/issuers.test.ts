import { expect, test } from 'vitest';
import { ensureIssuer, findPublishedDocument } from '../../../daemon/issuer/ensure-issuer.ts';
import { createIssuer, deleteIssuer, listIssuers, showIssuer } from '../../../daemon/issuer/issuers.ts';
import { rotateKey } from '../../../daemon/issuer/keys.ts';
import { localKeySet } from '../../../daemon/issuer/local-key-set.ts';
import { listTokens, showToken } from '../../../daemon/issuer/tokens.ts';
import { BASE_URL, FAST, openFixture } from './setup.ts';

test('the default issuer is there from the first opening and is the same at the next', async () => {
  const fixture = await openFixture();
  const issuer = await showIssuer(fixture.context, { slug: 'default' });
  expect(issuer).toMatchObject({
    slug: 'default',
    platform: 'generic',
    url: `${BASE_URL}/issuers/default`,
    jwksUri: `${BASE_URL}/issuers/default/.well-known/jwks.json`,
    alg: 'RS256',
    tokenTtlSeconds: 3_600,
    createdAt: '2026-11-22T15:00:00Z',
    documentMaxAgeSeconds: 600,
    keyOverlapSeconds: 87_000,
    rotation: null,
  });
  expect(issuer.keys).toMatchObject([{ state: 'active', alg: 'RS256', activatedAt: '2026-11-22T15:00:00Z' }]);
  const reopened = await fixture.reopen();
  expect(await showIssuer(reopened.context, { slug: 'default' })).toEqual(issuer);
});

test('an issuer is made with its first key, and each step is in the log', async () => {
  const { context, eventNames, store } = await openFixture();
  const since = store.events.lastSeq();
  const issuer = await createIssuer(context, { slug: 'a', platform: 'generic', alg: 'EdDSA', tokenTtlSeconds: 60 });
  expect(issuer).toMatchObject({ alg: 'EdDSA', tokenTtlSeconds: 60 });
  expect(eventNames(since)).toEqual(['issuer.created', 'key.published', 'key.activated']);
});

test.each([
  ['a slug that is taken', { slug: 'default', platform: 'generic' }, 'issuer_exists'],
  ['a platform that is not emulated', { slug: 'a', platform: 'chainloop' }, 'platform_unavailable'],
  ['a platform’s name for another platform', { slug: 'miren', platform: 'generic' }, 'invalid_request'],
  ['an algorithm that it does not have', { slug: 'a', platform: 'superplane', alg: 'EdDSA' }, 'algorithm_unsupported'],
  ['a lifetime that is too short', { slug: 'a', platform: 'miren', tokenTtlSeconds: 59 }, 'ttl_out_of_range'],
  ['a lifetime that is too long', { slug: 'a', platform: 'generic', tokenTtlSeconds: 86_401 }, 'ttl_out_of_range'],
] as const)('%s is refused', async (_name, request, code) => {
  const { context } = await openFixture();
  await expect(createIssuer(context, request)).rejects.toMatchObject({ code });
});

test('of several that make the same issuer at once, one does', async () => {
  const { context } = await openFixture();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => createIssuer(context, { slug: 'a', ...FAST })),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject(
    Array(4).fill({ reason: { code: 'issuer_exists' } }),
  );
});

test('a platform’s first issuer is made once, however many ask for it', async () => {
  const { context, eventNames } = await openFixture();
  const asked = await Promise.all(Array.from({ length: 10 }, () => ensureIssuer(context, 'superplane')));
  expect(new Set(asked).size).toBe(1);
  expect(eventNames().filter((name) => name === 'issuer.created')).toHaveLength(2);
});

test('asking for a document of a platform’s first issuer makes it; nothing else is made that way', async () => {
  const { context } = await openFixture();
  const document = await findPublishedDocument(context, '/issuers/miren/.well-known/openid-configuration');
  expect(JSON.parse(String(document?.body)).issuer).toBe(`${BASE_URL}/issuers/miren`);
  for (const path of [
    '/issuers/superplane/.well-known/other',
    '/issuers/gitlab/.well-known/jwks.json',
    '/issuers/nobody',
    '/',
    '/issuers/superplanet/x',
  ]) {
    expect(await findPublishedDocument(context, path)).toBeUndefined();
  }
  expect(context.keyring.all().map((issuer) => issuer.row.slug)).toEqual(['default', 'miren']);
});

test('issuers are listed in pages, oldest first', async () => {
  const { context } = await openFixture();
  for (const slug of ['c', 'a', 'b']) await createIssuer(context, { slug, ...FAST });
  const first = listIssuers(context, { limit: 3 });
  expect(first.items.map(({ slug }) => slug)).toEqual(['default', 'c', 'a']);
  const second = listIssuers(context, { limit: 3, cursor: first.nextCursor! });
  expect(second.items.map(({ slug }) => slug)).toEqual(['b']);
  expect(second.nextCursor).toBeNull();
  expect(() => listIssuers(context, { limit: 3, cursor: 'x' })).toThrow(
    expect.objectContaining({ code: 'invalid_request' }),
  );
});

test('the default issuer cannot be deleted', async () => {
  const { context } = await openFixture();
  expect(() => deleteIssuer(context, { slug: 'default' })).toThrow(
    expect.objectContaining({ code: 'issuer_protected' }),
  );
  expect(() => deleteIssuer(context, { slug: 'nobody' })).toThrow(
    expect.objectContaining({ code: 'issuer_not_found' }),
  );
});

test('a deleted issuer signs, publishes and verifies nothing; its tokens stay on record and its slug is free', async () => {
  const fixture = await openFixture();
  const { context, mint, judge, store } = fixture;
  await createIssuer(context, { slug: 'a', ...FAST });
  await rotateKey(context, { slug: 'a', prepublish: true });
  const { token, jti, kid, issuer } = await mint({ slug: 'a' });
  expect(deleteIssuer(context, { slug: 'a' })).toEqual({ deleted: true });
  await expect(mint({ slug: 'a' })).rejects.toMatchObject({ code: 'issuer_not_found' });
  expect(localKeySet(context, issuer)).toBeNull();
  expect(context.keyring.documentAt('/issuers/a/.well-known/jwks.json')).toBeUndefined();
  expect(store.keys.byIssuer(2)).toMatchObject(Array(2).fill({ state: 'revoked', hasPrivate: false }));
  expect(showToken(context, { jti })).toMatchObject({ kid, issuer });
  await createIssuer(context, { slug: 'a', ...FAST });
  expect(judge(token)).toMatchObject({ status: 'refused', reason: 'kid_unknown' });
  expect(listTokens(context, { issuer: 'a', limit: 10 }).items).toEqual([]);
  const reopened = await fixture.reopen();
  expect(reopened.context.keyring.all().map((entry) => entry.row.slug)).toEqual(['default', 'a']);
});

test('a mint that is under way when its issuer is deleted is not acknowledged', async () => {
  const { context, mint, store } = await openFixture();
  await createIssuer(context, { slug: 'a', ...FAST });
  const minting = mint({ slug: 'a' });
  await Promise.resolve();
  deleteIssuer(context, { slug: 'a' });
  await expect(minting).rejects.toMatchObject({ code: 'issuer_not_found' });
  expect(store.tokens.count()).toBe(0);
});

test('listeners hear each change after it is visible, and one that throws keeps nobody else from it', async () => {
  const { context, mint, reports } = await openFixture();
  const heard: unknown[] = [];
  context.changes.onChange(() => {
    throw new Error('broken listener');
  });
  const end = context.changes.onChange((change) =>
    heard.push({ ...change, keys: context.keyring.byUrl(change.issuerUrl)?.keys.length }),
  );
  await createIssuer(context, { slug: 'a', ...FAST });
  await rotateKey(context, { slug: 'a', prepublish: true });
  const { issuer } = await mint({ slug: 'a' });
  deleteIssuer(context, { slug: 'a' });
  end();
  await createIssuer(context, { slug: 'b', ...FAST });
  expect(heard).toEqual([
    { issuerUrl: issuer, kind: 'issuer', keys: 1 },
    { issuerUrl: issuer, kind: 'keys', keys: 2 },
    { issuerUrl: issuer, kind: 'issuer', keys: undefined },
  ]);
  expect(reports).toHaveLength(4);
});
