import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { importKeyDirectory } from '../../../daemon/issuer/import-key-directory.ts';
import { createIssuer } from '../../../daemon/issuer/issuers.ts';
import { listKeys, retireKey, rotateKey } from '../../../daemon/issuer/keys.ts';
import { computeSpkiKid } from '../../../daemon/issuer/thumbprint.ts';
import { FAST, type Fixture, openFixture } from './setup.ts';

const slug = 'superplane';
const makePair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [first, second, third] = [makePair(), makePair(), makePair()];
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const toPkcs8 = ({ privateKey }: { privateKey: KeyObject }) =>
  String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const toPkcs1 = ({ privateKey }: { privateKey: KeyObject }) =>
  String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
const kidOf = ({ publicKey }: { publicKey: KeyObject }) => computeSpkiKid(publicKey);

type Files = Readonly<Record<string, string>>;
const bring = ({ context }: Fixture, files: Files, to = slug) =>
  importKeyDirectory(context, {
    slug: to,
    files: Object.entries(files).map(([name, pem]) => ({ name, pem })),
  });
const listStates = async ({ context }: Fixture): Promise<string[][]> =>
  (await listKeys(context, { slug })).items.map(({ kid, state }) => [kid, state]);
const readJwks = ({ context }: Fixture): string[] => {
  const path = `/issuers/${slug}/.well-known/jwks.json`;
  const { keys } = JSON.parse(String(context.keyring.documentAt(path)?.body)) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
};

describe('a directory of keys', () => {
  test('SP-23: signs with its last file by name, and publishes the others, whatever order they come in', async () => {
    const fixture = await openFixture();
    const { items } = await bring(fixture, { '200.pem': toPkcs8(second), '100.pem': toPkcs8(first) });
    expect(items.map(({ kid, state }) => [kid, state])).toEqual([
      [kidOf(first), 'retiring'],
      [kidOf(second), 'active'],
    ]);
    const { token, kid } = await fixture.mint({ slug });
    expect(kid).toBe(kidOf(second));
    expect(fixture.judge(token).status).toBe('accepted');
    expect(readJwks(fixture)).toEqual([kidOf(second), kidOf(first)]);
  });

  test('leaves no issuer behind when a file is bad and there was none', async () => {
    const fixture = await openFixture();
    const bad = bring(fixture, { '1.pem': toPkcs8(first), '2.pem': toPkcs8(p256) });
    await expect(bad).rejects.toMatchObject({ code: 'key_material' });
    expect(fixture.context.keyring.bySlug(slug)).toBeUndefined();
    await expect(bring(fixture, { '1.pem': toPkcs8(first) }, 'nobody')).rejects.toMatchObject({
      code: 'issuer_not_found',
    });
  });

  test('leaves the key of an issuer that signed before published', async () => {
    const fixture = await openFixture();
    const { token, kid } = await fixture.mint({ slug });
    await bring(fixture, { '100.pem': toPkcs8(first) });
    expect(readJwks(fixture)).toEqual([kidOf(first), kid]);
    expect(fixture.judge(token).status).toBe('accepted');
  });

  test('SP-24: may be PKCS#1 and PKCS#8', async () => {
    const fixture = await openFixture();
    await bring(fixture, { '1.pem': toPkcs1(first), '2.pem': toPkcs8(second) });
    expect(await listStates(fixture)).toEqual(
      expect.arrayContaining([
        [kidOf(second), 'active'],
        [kidOf(first), 'retiring'],
      ]),
    );
  });

  test('of another platform takes the algorithms of that platform', async () => {
    const fixture = await openFixture();
    await createIssuer(fixture.context, { slug: 'a', ...FAST });
    const { items } = await bring(fixture, { '1.pem': toPkcs8(p256), '2.pem': toPkcs8(first) }, 'a');
    expect(items.map(({ alg }) => alg)).toEqual(['ES256', 'RS256']);
  });

  const sec1 = String(p256.privateKey.export({ type: 'sec1', format: 'pem' }));
  const weak = toPkcs8(generateKeyPairSync('rsa', { modulusLength: 1024 }));
  test.each<[string, string, string, RegExp]>([
    ['SP-24: an EC key', toPkcs8(p256), 'key_material', /^2\.pem: unsupported private key type$/],
    ['SP-24: an EC key of its own form', sec1, 'key_material', /^2\.pem: unsupported private key type$/],
    [
      'SP-24: a public key',
      String(first.publicKey.export({ type: 'spki', format: 'pem' })),
      'key_material',
      /^2\.pem: unsupported private key type$/,
    ],
    ['what is no PEM', 'hello', 'key_material', /^2\.pem: /],
    ['a weak key', weak, 'weak_key', /^2\.pem: /],
    ['SP-27: the same key twice', toPkcs1(first), 'key_exists', /^duplicate key .*1\.pem and 2\.pem/],
  ])('is imported as a whole or not at all: %s', async (_, pem, code, message) => {
    const fixture = await openFixture();
    const { kid } = await fixture.mint({ slug });
    const files = { '1.pem': toPkcs8(first), '2.pem': pem, '3.pem': toPkcs8(third) };
    await expect(bring(fixture, files)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await listStates(fixture)).toEqual([[kid, 'active']]);
  });
});

describe('importing a directory again', () => {
  const files = { '100.pem': toPkcs8(first), '200.pem': toPkcs8(second) };

  test('changes nothing, and writes no event', async () => {
    const fixture = await openFixture();
    await bring(fixture, files);
    const states = await listStates(fixture);
    const events = fixture.eventNames();
    await bring(fixture, files);
    expect(await listStates(fixture)).toEqual(states);
    expect(fixture.eventNames()).toEqual(events);
  });

  test('SP-28: signs with a newer last file, and tokens of the one before still verify', async () => {
    const fixture = await openFixture();
    await bring(fixture, files);
    const { token } = await fixture.mint({ slug });
    await bring(fixture, { ...files, '300.pem': toPkcs8(third) });
    const next = await fixture.mint({ slug });
    expect(next.kid).toBe(kidOf(third));
    expect([token, next.token].map((each) => fixture.judge(each).status)).toEqual(['accepted', 'accepted']);
    expect(readJwks(fixture)).toEqual(expect.arrayContaining([kidOf(first), kidOf(second), kidOf(third)]));
  });

  test('takes up an older file without letting it sign', async () => {
    const fixture = await openFixture();
    await bring(fixture, files);
    await bring(fixture, { ...files, '150.pem': toPkcs8(third) });
    expect((await fixture.mint({ slug })).kid).toBe(kidOf(second));
    expect(readJwks(fixture)).toContain(kidOf(third));
  });

  test('lets no key sign that has stopped signing here', async () => {
    const fixture = await openFixture();
    await bring(fixture, files);
    const { kid } = await rotateKey(fixture.context, { slug, prepublish: false });
    await expect(bring(fixture, files)).rejects.toMatchObject({ code: 'key_state' });
    await retireKey(fixture.context, { slug, kid: kidOf(second) });
    await expect(bring(fixture, files)).rejects.toMatchObject({ code: 'key_state' });
    expect((await fixture.mint({ slug })).kid).toBe(kid);
  });

  test('never lets a rotation go back to an older key', async () => {
    const fixture = await openFixture();
    await bring(fixture, files);
    const { kid } = await rotateKey(fixture.context, { slug, prepublish: false });
    expect([kidOf(first), kidOf(second)]).not.toContain(kid);
  });
});
