import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { importKey } from '../../../daemon/issuer/import-key.ts';
import { importKeyDirectory } from '../../../daemon/issuer/import-key-directory.ts';
import { createIssuer } from '../../../daemon/issuer/issuers.ts';
import { activateKey, listKeys, retireKey, revokeKey, rotateKey } from '../../../daemon/issuer/keys.ts';
import { type Fixture, openFixture } from './setup.ts';

const slug = 'miren';
const makeLegacy = () => generateKeyPairSync('ed25519');
const toPem = (key: KeyObject) => String(key.export({ type: 'pkcs8', format: 'pem' }));
const wrapPem = (body: Buffer) =>
  `-----BEGIN PRIVATE KEY-----\n${body.toString('base64')}\n-----END PRIVATE KEY-----\n`;
const rawOf = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).subarray(-32);
const kidOf = (key: KeyObject) => createHash('sha256').update(rawOf(key)).digest('base64url');

const listStates = async ({ context }: Fixture) =>
  (await listKeys(context, { slug })).items.map(({ alg, state }) => `${alg} ${state}`);
const readJwks = ({ context }: Fixture): string[] => {
  const document = context.keyring.documentAt(`/issuers/${slug}/.well-known/miren/jwks`);
  return (JSON.parse(String(document?.body)) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
};

describe('a legacy key of a Miren cluster', () => {
  test('MI-3: is advertised when it is imported, and new tokens are signed with RS256', async () => {
    const fixture = await openFixture();
    const legacy = makeLegacy();
    await importKey(fixture.context, { slug, pem: toPem(legacy.privateKey), activate: false });
    const { header, kid } = await fixture.mint({ slug });
    expect(header.alg).toBe('RS256');
    expect(readJwks(fixture)).toEqual([kid, kidOf(legacy.publicKey)]);
    expect(await listStates(fixture)).toEqual(['RS256 active', 'EdDSA retiring']);
  });

  test('MI-3, MI-4: that still signs is followed by RS256, and its tokens are believed after that', async () => {
    const fixture = await openFixture();
    const pem = toPem(makeLegacy().privateKey);
    await importKey(fixture.context, { slug, pem, activate: true });
    // The key that was made for the issuer in between has signed nothing.
    expect(await listStates(fixture)).toEqual(['EdDSA active', 'RS256 retired']);
    const before = await fixture.mint({ slug });
    expect(before.header.alg).toBe('EdDSA');
    await rotateKey(fixture.context, { slug, prepublish: false });
    expect((await fixture.mint({ slug })).header.alg).toBe('RS256');
    expect(fixture.judge(before.token).status).toBe('accepted');
    expect(await listStates(fixture)).toEqual(['RS256 active', 'EdDSA retiring', 'RS256 retired']);
  });

  test('is followed by RS256 when it is revoked, too', async () => {
    const fixture = await openFixture();
    await importKey(fixture.context, { slug, pem: toPem(makeLegacy().privateKey), activate: true });
    const { kid } = await fixture.mint({ slug });
    await revokeKey(fixture.context, { slug, kid });
    expect((await fixture.mint({ slug })).header.alg).toBe('RS256');
  });

  test('MI-6: is not followed while another previous key is there, and nothing changes', async () => {
    const fixture = await openFixture();
    await createIssuer(fixture.context, { slug, platform: 'miren', alg: 'EdDSA' });
    await rotateKey(fixture.context, { slug, alg: 'EdDSA', prepublish: false });
    // Two legacy keys: the older one is in the only slot.
    const states = await listStates(fixture);
    const events = fixture.eventNames();
    for (const attempt of [
      () => rotateKey(fixture.context, { slug, prepublish: false }),
      () => importKey(fixture.context, { slug, pem: toPem(makeLegacy().privateKey), activate: false }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'key_state',
        message: expect.stringContaining('already exists; remove it manually before migrating'),
      });
    }
    expect(await listStates(fixture)).toEqual(states);
    expect(fixture.eventNames()).toEqual(events);
    const previous = (await listKeys(fixture.context, { slug })).items.find(({ state }) => state === 'retiring');
    await retireKey(fixture.context, { slug, kid: previous?.kid ?? '' });
    expect((await rotateKey(fixture.context, { slug, prepublish: false })).alg).toBe('RS256');
  });

  describe('MI-6: that is to be followed at a planned time while another previous key is there', () => {
    async function openBlocked() {
      const fixture = await openFixture();
      await createIssuer(fixture.context, { slug, platform: 'miren', alg: 'EdDSA' });
      const pem = toPem(makeLegacy().privateKey);
      const previous = await importKey(fixture.context, { slug, pem, activate: false });
      await rotateKey(fixture.context, { slug, alg: 'RS256', prepublish: true, activateAfterSeconds: 60 });
      fixture.clock.advance(60_000);
      expect(fixture.reports).toMatchObject([{ code: 'key_state' }]);
      expect(await listStates(fixture)).toEqual(['EdDSA active', 'RS256 next', 'EdDSA retiring']);
      return { ...fixture, previous };
    }

    test('is followed as soon as that one has left the JWKS by itself', async () => {
      const fixture = await openBlocked();
      const leavesAt = Date.parse(fixture.previous.verifiesUntil ?? '');
      fixture.clock.advance(leavesAt - fixture.clock.now());
      expect(await listStates(fixture)).toEqual(['RS256 active', 'EdDSA retiring', 'EdDSA retired']);
    });

    test('is followed as soon as somebody has retired that one', async () => {
      const fixture = await openBlocked();
      await retireKey(fixture.context, { slug, kid: fixture.previous.kid });
      fixture.clock.advance(1);
      expect(await listStates(fixture)).toEqual(['RS256 active', 'EdDSA retiring', 'EdDSA retired']);
    });

    test('is followed at the next opening when both times came meanwhile, and nothing is reported', async () => {
      const fixture = await openBlocked();
      fixture.close();
      fixture.clock.advance(Date.parse(fixture.previous.verifiesUntil ?? '') - fixture.clock.now());
      const later = await fixture.reopen();
      later.clock.advance(1);
      expect(await listStates(later)).toEqual(['RS256 active', 'EdDSA retiring', 'EdDSA retired']);
      expect(later.reports).toEqual([]);
    });
  });

  test('MI-5: may be the bare seed of 32 bytes', async () => {
    const fixture = await openFixture();
    const { privateKey, publicKey } = makeLegacy();
    const pem = wrapPem(privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32));
    const { kid, alg } = await importKey(fixture.context, { slug, pem, activate: false });
    expect([kid, alg]).toEqual([kidOf(publicKey), 'EdDSA']);
  });

  test.each([31, 33, 64])('MI-5: is none with %i bytes', async (length) => {
    const fixture = await openFixture();
    const pem = wrapPem(Buffer.alloc(length, 1));
    await expect(importKey(fixture.context, { slug, pem, activate: false })).rejects.toMatchObject({
      code: 'key_material',
    });
  });
});

describe('a directory of keys of a Miren cluster', () => {
  const bring = ({ context }: Fixture, files: Record<string, string>) =>
    importKeyDirectory(context, { slug, files: Object.entries(files).map(([name, pem]) => ({ name, pem })) });
  const [rsa, legacy] = [generateKeyPairSync('rsa', { modulusLength: 2048 }), makeLegacy()];
  const FILES = { 'b.pem': toPem(rsa.privateKey), 'a.pem': toPem(legacy.privateKey) };

  test('MI-8: is published in the order of its names and never signs', async () => {
    const fixture = await openFixture();
    const { items } = await bring(fixture, FILES);
    expect(items.map(({ alg, state, canSign }) => [alg, state, canSign])).toEqual([
      ['EdDSA', 'next', false],
      ['RS256', 'next', false],
    ]);
    const { kid } = await fixture.mint({ slug });
    const extra = items.map((key) => key.kid);
    expect(extra).not.toContain(kid);
    const rotated = await rotateKey(fixture.context, { slug, prepublish: false });
    expect(extra).not.toContain(rotated.kid);
    expect(readJwks(fixture)).toEqual(expect.arrayContaining([rotated.kid, kid, ...extra]));
    await expect(activateKey(fixture.context, { slug, kid: extra[0] ?? '' })).rejects.toMatchObject({
      code: 'key_unavailable',
    });
  });

  test('MI-8: is taken without what is no key, of which it tells, and without hidden files', async () => {
    const fixture = await openFixture();
    const { items, skipped } = await bring(fixture, { ...FILES, '.hidden': 'x', 'README.md': '# Keys' });
    expect(items).toHaveLength(2);
    expect(skipped).toEqual([{ name: 'README.md', reason: expect.any(String) }]);
  });

  test('MI-9: brings each key once, the one that signs first', async () => {
    const fixture = await openFixture();
    const { kid } = await fixture.mint({ slug });
    await bring(fixture, { ...FILES, 'c.pem': FILES['a.pem'] });
    await bring(fixture, FILES);
    const jwks = readJwks(fixture);
    expect(jwks[0]).toBe(kid);
    expect(jwks).toHaveLength(3);
    expect(new Set(jwks).size).toBe(3);
  });

  test('does not keep a legacy key from being followed: none of it is a previous key', async () => {
    const fixture = await openFixture();
    await createIssuer(fixture.context, { slug, platform: 'miren', alg: 'EdDSA' });
    await bring(fixture, FILES);
    expect((await rotateKey(fixture.context, { slug, prepublish: false })).alg).toBe('RS256');
  });
});
