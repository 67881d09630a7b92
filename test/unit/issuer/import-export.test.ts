import { createPrivateKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { exportKey } from '../../../daemon/issuer/export-key.ts';
import { importKey } from '../../../daemon/issuer/import-key.ts';
import { createIssuer } from '../../../daemon/issuer/issuers.ts';
import { listKeys, revokeKey, rotateKey } from '../../../daemon/issuer/keys.ts';
import { computeThumbprintKid } from '../../../daemon/issuer/thumbprint.ts';
import type { OperationRequest } from '../../../daemon/protocol/operations.ts';
import { FAST, type Fixture, openFixture } from './setup.ts';

const slug = 'a';

async function openWithIssuer(): Promise<Fixture> {
  const fixture = await openFixture();
  await createIssuer(fixture.context, { slug, ...FAST });
  return fixture;
}

type Import = Partial<OperationRequest<'keys.import'>>;
const bring = ({ context }: Fixture, request: Import) => importKey(context, { slug, activate: false, ...request });

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed25519 = generateKeyPairSync('ed25519');
const toJwk = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' });
const toPkcs8 = (key: KeyObject) => String(key.export({ type: 'pkcs8', format: 'pem' }));
const toPkcs1 = (key: KeyObject) => String(key.export({ type: 'pkcs1', format: 'pem' }));

describe('importing', () => {
  test.each<[string, Import, string]>([
    ['PKCS#1', { pem: toPkcs1(rsa.privateKey) }, 'RS256'],
    ['PKCS#8 RSA', { pem: toPkcs8(rsa.privateKey) }, 'RS256'],
    ['PKCS#8 RSA for PS256', { pem: toPkcs8(rsa.privateKey), alg: 'PS256' }, 'PS256'],
    ['PKCS#8 P-256', { pem: toPkcs8(p256.privateKey) }, 'ES256'],
    ['PKCS#8 P-384', { pem: `\n${toPkcs8(p384.privateKey)}\n` }, 'ES384'],
    ['PKCS#8 Ed25519', { pem: toPkcs8(ed25519.privateKey) }, 'EdDSA'],
    ['an RSA JWK', { jwk: { ...toJwk(rsa.privateKey), alg: 'PS256', use: 'sig' } }, 'PS256'],
    ['an EC JWK', { jwk: { ...toJwk(p256.privateKey), key_ops: ['sign'] } }, 'ES256'],
    ['an OKP JWK', { jwk: { ...toJwk(ed25519.privateKey), alg: 'Ed25519' } }, 'EdDSA'],
  ])('%s can be activated and signs', async (_name, request, alg) => {
    const fixture = await openWithIssuer();
    const key = await bring(fixture, { ...request, activate: true });
    expect(key).toMatchObject({ state: 'active', alg });
    const { token, kid } = await fixture.mint({ slug });
    expect(kid).toBe(key.kid);
    expect(fixture.judge(token).status).toBe('accepted');
  });

  test('a key waits as `next` under the platform’s kid unless it brings or is given another', async () => {
    const fixture = await openWithIssuer();
    const plain = await bring(fixture, { pem: toPkcs8(rsa.privateKey) });
    expect(plain).toMatchObject({ state: 'next', kid: computeThumbprintKid(rsa.publicKey) });
    const named = await bring(fixture, { jwk: { ...toJwk(p256.privateKey), kid: 'own' } });
    expect(named.kid).toBe('own');
    const renamed = await bring(fixture, { jwk: { ...toJwk(p384.privateKey), kid: 'own' }, kid: 'given' });
    expect(renamed.kid).toBe('given');
    expect(fixture.eventNames().slice(-2)).toEqual(['key.imported', 'key.published']);
  });

  test('a key that waits already is activated when it is imported again to sign', async () => {
    const fixture = await openWithIssuer();
    const request = { pem: toPkcs8(rsa.privateKey) };
    const { kid } = await bring(fixture, request);
    expect(await bring(fixture, { ...request, activate: true })).toMatchObject({ kid, state: 'active' });
    expect((await fixture.mint({ slug })).kid).toBe(kid);
    expect(fixture.eventNames().filter((name) => name === 'key.imported')).toHaveLength(1);
  });

  test('a key that is there under another name or algorithm is to be activated as what it is', async () => {
    const fixture = await openWithIssuer();
    const { kid } = await bring(fixture, { pem: toPkcs8(rsa.privateKey) });
    for (const other of [{ kid: 'other' }, { alg: 'PS256' as const }]) {
      await expect(bring(fixture, { pem: toPkcs8(rsa.privateKey), activate: true, ...other })).rejects.toMatchObject({
        code: 'key_exists',
        message: `This key is there as ${kid} (RS256): activate that one`,
      });
    }
  });

  test('a key that signs, or has stopped to, does not begin again: it is said what can be done', async () => {
    const fixture = await openWithIssuer();
    const request = { pem: toPkcs8(rsa.privateKey), activate: true };
    const { kid } = await bring(fixture, request);
    await expect(bring(fixture, request)).rejects.toThrow(`This key is there as ${kid}, and signs already`);
    await rotateKey(fixture.context, { slug, prepublish: false });
    const told = `This key is there as ${kid}, which is retiring and does not sign here: another issuer can import and activate it`;
    await expect(bring(fixture, request)).rejects.toMatchObject({ code: 'key_exists', message: told });
  });

  const weak1024 = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const encrypted = String(
    rsa.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }),
  );
  const encryptedPkcs1 = String(
    rsa.privateKey.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }),
  );
  const otherP256 = toJwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const otherEd25519 = toJwk(generateKeyPairSync('ed25519').privateKey);
  const otherRsa = toJwk(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
  const huge = Buffer.alloc(2048, 0xff).toString('base64url');

  test.each<[string, Import, string]>([
    ['RSA of 1,024 bits', { pem: toPkcs8(weak1024) }, 'weak_key'],
    ['RSA of 1,024 bits as a JWK', { jwk: { ...toJwk(weak1024) } }, 'weak_key'],
    ['RSA with e = 1', { jwk: { ...toJwk(rsa.privateKey), e: 'AQ' } }, 'weak_key'],
    ['RSA with an even e', { jwk: { ...toJwk(rsa.privateKey), e: 'AQAA' } }, 'weak_key'],
    ['RSA of 16,384 bits', { jwk: { ...toJwk(rsa.privateKey), n: huge } }, 'key_too_large'],
    ['RSA whose halves are two keys', { jwk: { ...toJwk(rsa.privateKey), n: otherRsa.n } }, 'key_material'],
    ...(['d', 'q', 'dp', 'dq', 'qi'] as const).map((name): [string, Import, string] => [
      `RSA with another key’s ${name}`,
      { jwk: { ...toJwk(rsa.privateKey), [name]: otherRsa[name] } },
      'key_material',
    ]),
    ['RSA with a strange prime', { jwk: { ...toJwk(rsa.privateKey), p: otherRsa.p } }, 'key_material'],
    ['an EC key whose halves are two keys', { jwk: { ...toJwk(p256.privateKey), d: otherP256.d } }, 'key_material'],
    ['a point off the curve', { jwk: { ...toJwk(p256.privateKey), x: otherP256.x } }, 'key_material'],
    ['an EC key of another curve', { jwk: { ...toJwk(p256.privateKey), crv: 'P-384' } }, 'key_material'],
    [
      'an Ed25519 key whose halves are two keys',
      { jwk: { ...toJwk(ed25519.privateKey), x: otherEd25519.x } },
      'key_material',
    ],
    ['P-521', { pem: toPkcs8(generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey) }, 'key_material'],
    ['secp256k1', { pem: toPkcs8(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey) }, 'key_material'],
    ['Ed448', { pem: toPkcs8(generateKeyPairSync('ed448').privateKey) }, 'key_material'],
    ['X25519', { pem: toPkcs8(generateKeyPairSync('x25519').privateKey) }, 'key_material'],
    [
      'RSA that is kept for PSS',
      { pem: toPkcs8(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey) },
      'key_material',
    ],
    ['an encrypted PKCS#8', { pem: encrypted }, 'key_material'],
    ['an encrypted PKCS#1', { pem: encryptedPkcs1 }, 'key_material'],
    ['SEC 1', { pem: String(p256.privateKey.export({ type: 'sec1', format: 'pem' })) }, 'key_material'],
    ['a public PEM', { pem: String(rsa.publicKey.export({ type: 'spki', format: 'pem' })) }, 'key_material'],
    ['a public JWK', { jwk: { ...toJwk(rsa.publicKey) } }, 'key_material'],
    ['a shared secret', { jwk: { kty: 'oct', k: 'AAAA' } }, 'key_material'],
    ['a JWK Set', { jwk: { keys: [toJwk(rsa.privateKey)] } }, 'key_material'],
    ['two keys in one PEM', { pem: toPkcs8(rsa.privateKey) + toPkcs8(p256.privateKey) }, 'key_material'],
    ['no PEM at all', { pem: 'hello' }, 'key_material'],
    ['a PEM of nothing', { pem: '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----' }, 'key_material'],
    ['a JWK for encryption', { jwk: { ...toJwk(rsa.privateKey), use: 'enc' } }, 'key_material'],
    ['a JWK that may only verify', { jwk: { ...toJwk(rsa.privateKey), key_ops: ['verify'] } }, 'key_material'],
    ['a JWK of another algorithm', { jwk: { ...toJwk(rsa.privateKey), alg: 'RSA-OAEP' } }, 'key_material'],
    ['RSA with more primes', { jwk: { ...toJwk(rsa.privateKey), oth: [] } }, 'key_material'],
    [
      'RSA without its primes',
      { jwk: { kty: 'RSA', n: rsaMember('n'), e: 'AQAB', d: rsaMember('d') } },
      'key_material',
    ],
    ['an algorithm of another key type', { pem: toPkcs8(rsa.privateKey), alg: 'ES256' }, 'key_material'],
    ['an algorithm of another curve', { pem: toPkcs8(p256.privateKey), alg: 'ES384' }, 'key_material'],
    ['a kid of controls', { pem: toPkcs8(rsa.privateKey), kid: 'a\u0000' }, 'invalid_request'],
    ['a kid that no path can hold', { pem: toPkcs8(rsa.privateKey), kid: '..' }, 'invalid_request'],
    ['a kid that is no text', { jwk: { ...toJwk(rsa.privateKey), kid: 7 } }, 'invalid_request'],
    ['a kid of more than 256 bytes', { pem: toPkcs8(rsa.privateKey), kid: 'é'.repeat(129) }, 'invalid_request'],
    ['nothing', {}, 'invalid_request'],
    ['both forms', { pem: toPkcs8(rsa.privateKey), jwk: { ...toJwk(rsa.privateKey) } }, 'invalid_request'],
  ])('%s is refused and leaves nothing behind', async (_name, request, code) => {
    const fixture = await openWithIssuer();
    const before = fixture.store.events.lastSeq();
    await expect(bring(fixture, request)).rejects.toMatchObject({ code });
    expect(fixture.store.events.lastSeq()).toBe(before);
    expect((await listKeys(fixture.context, { slug })).items).toHaveLength(1);
  });

  function rsaMember(name: 'n' | 'd'): string {
    return String(toJwk(rsa.privateKey)[name]);
  }

  test('a kid that is taken is refused, in whatever state its key is', async () => {
    const fixture = await openWithIssuer();
    const { kid } = (await listKeys(fixture.context, { slug })).items[0]!;
    await revokeKey(fixture.context, { slug, kid });
    await expect(bring(fixture, { pem: toPkcs8(rsa.privateKey), kid })).rejects.toMatchObject({ code: 'key_exists' });
  });

  test('a revoked key does not come back under another name', async () => {
    const fixture = await openWithIssuer();
    const { kid } = await bring(fixture, { pem: toPkcs8(rsa.privateKey) });
    await revokeKey(fixture.context, { slug, kid });
    await expect(bring(fixture, { pem: toPkcs1(rsa.privateKey), kid: 'new' })).rejects.toMatchObject({
      code: 'key_exists',
    });
  });

  test('a platform takes only keys that it could sign with', async () => {
    const { context } = await openFixture();
    await expect(
      importKey(context, { slug: 'superplane', activate: false, pem: toPkcs8(p256.privateKey) }),
    ).rejects.toMatchObject({ code: 'algorithm_unsupported' });
  });
});

describe('exporting', () => {
  const take = ({ context }: Fixture, request: Partial<OperationRequest<'keys.export'>> & { kid: string }) =>
    exportKey(context, { slug, format: 'jwk', private: false, ...request });

  test('the public half needs no confirmation and holds nothing private', async () => {
    const fixture = await openWithIssuer();
    const { kid, publicJwk } = (await listKeys(fixture.context, { slug })).items[0]!;
    expect(await take(fixture, { kid })).toEqual({ kid, format: 'jwk', private: false, key: publicJwk });
    expect(Object.keys(publicJwk)).toEqual(['kty', 'use', 'alg', 'kid', 'crv', 'x', 'y']);
    const { key } = await take(fixture, { kid, format: 'pem' });
    expect(key).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
  });

  test.each(['jwk', 'pem'] as const)(
    'a private %s comes back as it went in, and the log says that it left',
    async (format) => {
      const fixture = await openWithIssuer();
      const { kid } = await bring(fixture, { pem: toPkcs8(p256.privateKey) });
      const { key } = await take(fixture, { kid, format, private: true, confirm: kid });
      const opened =
        typeof key === 'string' ? createPrivateKey(key) : createPrivateKey({ key: key as JsonWebKey, format: 'jwk' });
      expect(opened.equals(p256.privateKey)).toBe(true);
      expect(fixture.eventNames().at(-1)).toBe('key.exported');
    },
  );

  test.each([undefined, '', 'yes'])('a private half stays when the confirmation is %j', async (confirm) => {
    const fixture = await openWithIssuer();
    const { kid } = (await listKeys(fixture.context, { slug })).items[0]!;
    await expect(
      take(fixture, { kid, private: true, ...(confirm === undefined ? {} : { confirm }) }),
    ).rejects.toMatchObject({
      code: 'confirmation_required',
    });
  });

  test('a destroyed private half cannot be exported; the public one can', async () => {
    const fixture = await openWithIssuer();
    const { kid } = (await listKeys(fixture.context, { slug })).items[0]!;
    await rotateKey(fixture.context, { slug, prepublish: false });
    await expect(take(fixture, { kid, private: true, confirm: kid })).rejects.toMatchObject({ code: 'key_state' });
    expect((await take(fixture, { kid })).private).toBe(false);
  });
});
