import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { importKey } from '../../../daemon/issuer/import-key.ts';
import { createIssuer, deleteIssuer } from '../../../daemon/issuer/issuers.ts';
import { localKeySet } from '../../../daemon/issuer/local-key-set.ts';
import { listTokens, revokeToken, showToken } from '../../../daemon/issuer/tokens.ts';
import { BASE_URL, FAST, openFixture, START } from './setup.ts';

test('a record has everything of a token but its text', async () => {
  const { context, mint } = await openFixture();
  const { jti, kid, claims, token } = await mint({ subject: 's', audience: ['x', 'y'], claims: { ref: 'main' } });
  const record = showToken(context, { jti });
  expect(record).toEqual({
    jti,
    issuer: `${BASE_URL}/issuers/default`,
    kid,
    subject: 's',
    audience: ['x', 'y'],
    issuedAt: '2026-11-22T15:00:00Z',
    expiresAt: '2026-11-22T16:00:00Z',
    revokedAt: null,
    claims,
  });
  expect(JSON.stringify(record)).not.toContain(token.split('.')[2]);
  expect(() => showToken(context, { jti: 'nobody' })).toThrow(expect.objectContaining({ code: 'token_not_found' }));
});

test('records are listed newest first, in pages that new tokens do not shift', async () => {
  const { context, mint } = await openFixture();
  await createIssuer(context, { slug: 'a', ...FAST });
  const jtis: string[] = [];
  for (let i = 0; i < 5; i += 1) jtis.unshift((await mint({ slug: 'a' })).jti);
  await mint();
  const first = listTokens(context, { issuer: 'a', limit: 3 });
  await mint({ slug: 'a' });
  const second = listTokens(context, { issuer: 'a', limit: 3, cursor: first.nextCursor! });
  expect([...first.items, ...second.items].map(({ jti }) => jti)).toEqual(jtis);
  expect(second.nextCursor).toBeNull();
  expect(listTokens(context, { limit: 50 }).items).toHaveLength(7);
  expect(() => listTokens(context, { issuer: 'nobody', limit: 1 })).toThrow(
    expect.objectContaining({ code: 'issuer_not_found' }),
  );
});

test('a revoked token is refused at once and after a restart; revoking twice changes nothing', async () => {
  const fixture = await openFixture();
  const { context, mint, judge, clock } = fixture;
  const { token, jti, issuer } = await mint();
  const other = await mint();
  const heard: unknown[] = [];
  context.changes.onChange((change) => heard.push(change));
  const revoked = revokeToken(context, { jti });
  expect(revoked.revokedAt).toBe('2026-11-22T15:00:00Z');
  expect(judge(token)).toMatchObject({ status: 'refused', reason: 'token_revoked' });
  expect(judge(other.token).status).toBe('accepted');
  clock.advance(1_000);
  expect(revokeToken(context, { jti })).toEqual(revoked);
  expect(heard).toEqual([{ issuerUrl: issuer, kind: 'token', jti }]);
  expect(fixture.eventNames().filter((name) => name === 'token.revoked')).toHaveLength(1);
  const reopened = await fixture.reopen();
  expect(reopened.judge(token)).toMatchObject({ reason: 'token_revoked' });
  expect(() => revokeToken(context, { jti: 'nobody' })).toThrow(expect.objectContaining({ code: 'token_not_found' }));
});

test('every revoked token of an issuer stays refused, however many there are', async () => {
  const fixture = await openFixture();
  const minted = [await fixture.mint(), await fixture.mint(), await fixture.mint()];
  for (const { jti } of minted.slice(0, 2)) revokeToken(fixture.context, { jti });
  const expected = ['token_revoked', 'token_revoked', null];
  expect(minted.map(({ token }) => fixture.judge(token).reason)).toEqual(expected);
  const reopened = await fixture.reopen();
  expect(minted.map(({ token }) => reopened.judge(token).reason)).toEqual(expected);
});

test('a token that was revoked is refused after a restart in which its time was over, and is again', async () => {
  const fixture = await openFixture();
  const { token, jti } = await fixture.mint();
  revokeToken(fixture.context, { jti });
  fixture.clock.freeze(START + 86_400_000);
  const reopened = await fixture.reopen();
  fixture.clock.freeze(START);
  expect(reopened.judge(token)).toMatchObject({ status: 'refused', reason: 'token_revoked' });
});

test('a token of a deleted issuer can be revoked, for an issuer of its name with its key too, and who watches hears it', async () => {
  const fixture = await openFixture();
  const { context, mint, judge } = fixture;
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const createWithKey = async (): Promise<void> => {
    await createIssuer(context, { slug: 'a', ...FAST });
    await importKey(context, { slug: 'a', jwk: { ...jwk, kty: 'EC' }, activate: true });
  };
  await createWithKey();
  const { token, jti, issuer } = await mint({ slug: 'a' });
  deleteIssuer(context, { slug: 'a' });
  await createWithKey();
  expect(judge(token).status).toBe('accepted');
  const heard: unknown[] = [];
  context.changes.onChange((change) => heard.push(change));
  revokeToken(context, { jti });
  expect(heard).toEqual([{ issuerUrl: issuer, kind: 'token', jti }]);
  expect(judge(token)).toMatchObject({ status: 'refused', reason: 'token_revoked' });
  const reopened = await fixture.reopen();
  expect(reopened.judge(token)).toMatchObject({ reason: 'token_revoked' });
});

test('a revocation counts for the token’s own issuer only', async () => {
  const { context, mint } = await openFixture();
  await createIssuer(context, { slug: 'a', ...FAST });
  const { jti } = await mint();
  revokeToken(context, { jti });
  const keySet = localKeySet(context, `${BASE_URL}/issuers/a`);
  expect(keySet?.ok && keySet.isRevoked?.(`jti ${jti}`)).toBe(false);
});

test('the key set of an issuer is made once per change of it', async () => {
  const { context } = await openFixture();
  const url = `${BASE_URL}/issuers/default`;
  expect(localKeySet(context, url)).toBe(localKeySet(context, url));
  expect(localKeySet(context, `${url}/`)).toBeNull();
  expect(localKeySet(context, 'https://elsewhere.example')).toBeNull();
});

test('a token of a platform that writes no jti is revoked by what it says, also after a restart', async () => {
  const fixture = await openFixture();
  const { token, jti, claims, issuer } = await fixture.mint({ slug: 'superplane' });
  const other = await fixture.mint({ slug: 'superplane', claims: { attempt: 2 } });
  expect(claims).not.toHaveProperty('jti');
  const heard: unknown[] = [];
  fixture.context.changes.onChange((change) => heard.push(change));
  revokeToken(fixture.context, { jti });
  expect(heard).toEqual([{ issuerUrl: issuer, kind: 'token' }]);
  expect(fixture.judge(token).reason).toBe('token_revoked');
  expect(fixture.judge(other.token).status).toBe('accepted');
  expect((await fixture.reopen()).judge(token).reason).toBe('token_revoked');
});
