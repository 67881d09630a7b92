import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { addOwnRecords } from '../../../daemon/issuer/add-own-records.ts';
import { importKey } from '../../../daemon/issuer/import-key.ts';
import { createIssuer, deleteIssuer } from '../../../daemon/issuer/issuers.ts';
import { retireKey, revokeKey, rotateKey } from '../../../daemon/issuer/keys.ts';
import { revokeToken } from '../../../daemon/issuer/tokens.ts';
import { readSuppliedKeys } from '../../../daemon/verify/supplied-keys.ts';
import { BASE_URL, FAST, openFixture } from './setup.ts';

const OWN = `${BASE_URL}/issuers/a`;
const ELSEWHERE = 'https://elsewhere.example';

/** Issuers of these names that sign with one and the same key, and what is known here of that key once it is supplied. */
async function openSharing(...slugs: string[]) {
  const { context, mint } = await openFixture();
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  for (const slug of slugs) {
    await createIssuer(context, { slug, ...FAST });
    await importKey(context, { slug, jwk: { ...jwk, kty: 'EC' }, activate: true });
  }
  const publicJwk = { kty: 'EC', crv: jwk.crv, x: jwk.x, y: jwk.y, kid: 'k' };
  const supplied = readSuppliedKeys({ keys: [publicJwk] });
  const ask = (issuer: string | null, { kid = 'k', jti = null }: { kid?: string | null; jti?: string | null } = {}) => {
    const answer = addOwnRecords(context, supplied, { issuer, kid, jti });
    if (!answer.ok) throw new Error(answer.code);
    const isRevoked = (token: { jti: string }) => answer.isRevoked?.(`jti ${token.jti}`) ?? false;
    return { fault: answer.keys[0]?.fault?.code ?? null, isRevoked, noIssuer: answer.noIssuer };
  };
  const kidOf = (slug: string) => context.keyring.bySlug(slug)!.keys[0]!.row.kid;
  return { context, mint, ask, kidOf };
}

describe('a supplied key, for a token that names an issuer here,', () => {
  test('is good while that issuer has it, also retired, and not once it is revoked', async () => {
    const { context, ask, kidOf } = await openSharing('a');
    const kid = kidOf('a');
    expect(ask(OWN).fault).toBeNull();
    await rotateKey(context, { slug: 'a', prepublish: false });
    await retireKey(context, { slug: 'a', kid });
    expect(ask(OWN).fault).toBeNull();
    await revokeKey(context, { slug: 'a', kid });
    expect(ask(OWN).fault).toBe('key_revoked');
  });

  test('is unknown when that issuer never had it, whoever else does', async () => {
    const { context, ask } = await openSharing('b');
    await createIssuer(context, { slug: 'a', ...FAST });
    expect(ask(OWN).fault).toBe('kid_unknown');
    expect(ask(`${BASE_URL}/issuers/b`).fault).toBeNull();
  });

  test('brings the revocations of that issuer alone', async () => {
    const { context, mint, ask } = await openSharing('a', 'b');
    const [own, other] = [await mint({ slug: 'a' }), await mint({ slug: 'b' })];
    for (const { jti } of [own, other]) revokeToken(context, { jti });
    expect([ask(OWN).isRevoked(own), ask(OWN).isRevoked(other)]).toEqual([true, false]);
  });

  test('is nobody’s where there is no such issuer, and its revocations are known all the same', async () => {
    const { context, mint, ask } = await openSharing('b');
    const revoked = await mint({ slug: 'b' });
    revokeToken(context, { jti: revoked.jti });
    expect(ask(OWN).noIssuer).toBe('There is no such issuer here.');
    expect(ask(OWN).isRevoked(revoked)).toBe(true);
  });
});

describe('a supplied key, for a token that names an issuer elsewhere,', () => {
  test.each([
    ['its kid', 'k'],
    ['no kid', null],
  ])('is known as revoked here: the token names %s', async (_, kid) => {
    const { context, ask, kidOf } = await openSharing('a');
    expect(ask(ELSEWHERE, { kid }).fault).toBeNull();
    await revokeKey(context, { slug: 'a', kid: kidOf('a') });
    expect(ask(ELSEWHERE, { kid }).fault).toBe('key_revoked');
    expect(ask(ELSEWHERE, { kid: 'other' }).fault).toBeNull();
  });

  test('brings the revocations of every issuer that has it', async () => {
    const { context, mint, ask } = await openSharing('a', 'b');
    const [first, second, good] = [await mint({ slug: 'a' }), await mint({ slug: 'b' }), await mint({ slug: 'b' })];
    for (const { jti } of [first, second]) revokeToken(context, { jti });
    expect([first, second, good].map(ask(ELSEWHERE).isRevoked)).toEqual([true, true, false]);
  });

  test('is revoked with the last issuer that had it', async () => {
    const { context, mint, ask } = await openSharing('a');
    const { jti } = await mint({ slug: 'a' });
    deleteIssuer(context, { slug: 'a' });
    expect(ask(ELSEWHERE).fault).toBe('key_revoked');
    expect(ask(ELSEWHERE, { jti }).fault).toBe('key_revoked');
  });

  test('is revoked for the tokens of each deleted issuer where another one goes on with it', async () => {
    const { context, mint, ask } = await openSharing('a', 'b', 'c');
    const [first, second, going] = [await mint({ slug: 'a' }), await mint({ slug: 'b' }), await mint({ slug: 'c' })];
    for (const { jti } of [first, second]) expect(ask(ELSEWHERE, { jti }).fault).toBeNull();
    for (const slug of ['a', 'b']) deleteIssuer(context, { slug });
    for (const { jti } of [first, second]) expect(ask(ELSEWHERE, { jti }).fault).toBe('key_revoked');
    expect(ask(ELSEWHERE, { jti: going.jti }).fault).toBeNull();
    expect(ask(ELSEWHERE).fault).toBeNull();
  });
});
