import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeKey,
  createIssuer,
  type Daemon,
  expectStatus,
  fetchJwks,
  mint,
  rotate,
  showIssuer,
  startDaemon,
  verify,
} from '../support/daemon.ts';
import { ALGORITHMS, type Algorithm, type Issuer, type Key, type Page, type Problem } from '../support/wire.ts';

let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(() => daemon.stop());

const keysOf = async (slug: string): Promise<Key[]> =>
  expectStatus<Page<Key>>(await daemon.control('GET', `/issuers/${slug}/keys`), 200).items;
const publishedKids = async (slug: string): Promise<string[]> =>
  (await fetchJwks(`${daemon.baseUrl}/issuers/${slug}`)).keys.map(({ kid }) => kid);
const refuse = async (method: string, path: string, body?: unknown): Promise<{ status: number; code: string }> => {
  const answer = await daemon.control(method, path, body);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  return { status: answer.status, code: answer.json<Problem>().code };
};

describe('an issuer', () => {
  it('named default is there from the start and cannot be deleted', async () => {
    const issuer = await showIssuer(daemon, 'default');
    expect(issuer).toMatchObject({ slug: 'default', platform: 'generic', url: `${daemon.baseUrl}/issuers/default` });
    expect(await refuse('DELETE', '/issuers/default')).toEqual({ status: 409, code: 'issuer_protected' });
  });

  it('is created with one active key, listed, and gone with its documents once deleted', async () => {
    const created = await createIssuer(daemon, 'short-lived', { alg: 'ES256', tokenTtlSeconds: 120 });
    expect(created).toMatchObject({ alg: 'ES256', tokenTtlSeconds: 120 });
    expect(created.keys.map(({ state }) => state)).toEqual(['active']);
    const listed = expectStatus<Page<Issuer>>(await daemon.control('GET', '/issuers'), 200);
    expect(listed.items.map(({ slug }) => slug)).toContain('short-lived');

    const { token } = await mint(daemon, 'short-lived');
    expectStatus(await daemon.control('DELETE', '/issuers/short-lived'), 200);
    expect((await daemon.publicGet('/issuers/short-lived/.well-known/openid-configuration')).status).toBe(404);
    expect((await daemon.publicGet('/issuers/short-lived/.well-known/jwks.json')).status).toBe(404);
    expect((await verify(daemon, token)).status).not.toBe('accepted');
  });

  it('of a slug that was used before has new keys, and the old tokens stay refused', async () => {
    await createIssuer(daemon, 'phoenix', { alg: 'ES256' });
    const { token, kid } = await mint(daemon, 'phoenix');
    expectStatus(await daemon.control('DELETE', '/issuers/phoenix'), 200);
    const [key] = (await createIssuer(daemon, 'phoenix', { alg: 'ES256' })).keys;
    expect(key?.kid).not.toBe(kid);
    expect(await verify(daemon, token)).toMatchObject({ status: 'refused' });
  });

  it('lists in pages that neither repeat nor lose one', async () => {
    for (const n of [1, 2, 3]) await createIssuer(daemon, `page-${n}`, { alg: 'EdDSA' });
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < 20; page += 1) {
      const query: string = cursor === null ? '?limit=2' : `?limit=2&cursor=${encodeURIComponent(cursor)}`;
      const answer: Page<Issuer> = expectStatus(await daemon.control('GET', `/issuers${query}`), 200);
      seen.push(...answer.items.map(({ slug }) => slug));
      cursor = answer.nextCursor;
      if (cursor === null) break;
    }
    expect(cursor).toBeNull();
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(['default', 'page-1', 'page-2', 'page-3']));
  });

  it.each([
    ['a slug that exists', { slug: 'default', platform: 'generic' }, 409, 'issuer_exists'],
    ['a platform that nobody knows', { slug: 'x', platform: 'nonesuch' }, 400, null],
    ['an algorithm that signs with a shared secret', { slug: 'x', platform: 'generic', alg: 'HS256' }, 400, null],
    ['an upper-case slug', { slug: 'Shop', platform: 'generic' }, 400, 'invalid_request'],
    ['a slug that climbs', { slug: '../x', platform: 'generic' }, 400, 'invalid_request'],
    ['a slug of 64 characters', { slug: 'a'.repeat(64), platform: 'generic' }, 400, 'invalid_request'],
    ['a member that nobody asked for', { slug: 'x', platform: 'generic', admin: true }, 400, 'invalid_request'],
    ['no slug', { platform: 'generic' }, 400, 'invalid_request'],
  ])('is not created from %s', async (_what, body, status, code) => {
    const refusal = await refuse('POST', '/issuers', body);
    expect(refusal.status).toBe(status);
    if (code !== null) expect(refusal.code).toBe(code);
  });
});

describe('a signing key', () => {
  it('of a generic issuer is named by its RFC 7638 thumbprint, for every algorithm', async () => {
    for (const alg of ALGORITHMS) {
      await createIssuer(daemon, `thumb-${alg.toLowerCase()}`, { alg });
      const { keys } = await fetchJwks(`${daemon.baseUrl}/issuers/thumb-${alg.toLowerCase()}`);
      const jwk = keys[0] as Record<string, unknown>;
      const members = { RSA: ['e', 'kty', 'n'], EC: ['crv', 'kty', 'x', 'y'], OKP: ['crv', 'kty', 'x'] }[
        String(jwk.kty)
      ];
      const canonical = JSON.stringify(Object.fromEntries((members ?? []).map((name) => [name, jwk[name]])));
      expect(jwk.kid).toBe(createHash('sha256').update(canonical).digest('base64url'));
      expect(jwk).toMatchObject({ alg, use: 'sig' });
    }
  });

  it('of a superplane issuer is named by the SHA-256 of its public key', async () => {
    await mint(daemon, 'superplane');
    const [jwk] = (await fetchJwks(`${daemon.baseUrl}/issuers/superplane`)).keys;
    const spki = createPublicKey({ key: jwk as Record<string, unknown>, format: 'jwk' });
    const der = spki.export({ type: 'spki', format: 'der' });
    expect(jwk?.kid).toBe(createHash('sha256').update(der).digest('base64url'));
  });

  it('goes next, active, retiring, retired, and is published from next to retiring', async () => {
    const issuer = await createIssuer(daemon, 'walk', { alg: 'ES256' });
    const first = issuer.keys[0] as Key;
    const next = await rotate(daemon, 'walk', { prepublish: true });
    expect(next.state).toBe('next');
    expect((await mint(daemon, 'walk')).kid).toBe(first.kid);
    expect(await publishedKids('walk')).toEqual([first.kid, next.kid]);

    expect(await changeKey(daemon, 'walk', next.kid, 'activate')).toMatchObject({ state: 'active' });
    expect((await mint(daemon, 'walk')).kid).toBe(next.kid);
    expect(await publishedKids('walk')).toEqual([next.kid, first.kid]);
    expect((await keysOf('walk')).map(({ state }) => state)).toEqual(['active', 'retiring']);

    expect(await changeKey(daemon, 'walk', first.kid, 'retire')).toMatchObject({ state: 'retired' });
    expect(await publishedKids('walk')).toEqual([next.kid]);
    expect((await keysOf('walk')).map(({ state }) => state)).toEqual(['active', 'retired']);
  });

  it('that was published ahead is the one that the next rotation signs with', async () => {
    await createIssuer(daemon, 'ahead', { alg: 'ES256' });
    const next = await rotate(daemon, 'ahead', { prepublish: true });
    expect(await rotate(daemon, 'ahead')).toMatchObject({ kid: next.kid, state: 'active' });
  });

  it('of another algorithm takes over by rotation', async () => {
    await createIssuer(daemon, 'mixed', { alg: 'RS256' });
    const old = await mint(daemon, 'mixed');
    const key = await rotate(daemon, 'mixed', { alg: 'ES384' });
    const young = await mint(daemon, 'mixed');
    expect(young).toMatchObject({ kid: key.kid, header: { alg: 'ES384' } });
    expect(await verify(daemon, old.token)).toMatchObject({ status: 'accepted' });
    expect(await verify(daemon, young.token)).toMatchObject({ status: 'accepted' });
  });

  it('stays the only active one under 20 rotations at once', async () => {
    await createIssuer(daemon, 'busy', { alg: 'ES256' });
    await Promise.all(Array.from({ length: 20 }, () => rotate(daemon, 'busy')));
    const keys = await keysOf('busy');
    expect(keys.filter(({ state }) => state === 'active')).toHaveLength(1);
    expect(keys).toHaveLength(21);
    const { kid } = await mint(daemon, 'busy');
    expect((await publishedKids('busy'))[0]).toBe(kid);
  });

  it('that is active can be neither retired nor activated again', async () => {
    const { kid } = await mint(daemon, 'default');
    for (const step of ['retire', 'activate']) {
      const refusal = await refuse('POST', `/issuers/default/keys/${kid}/${step}`, {});
      expect(refusal).toEqual({ status: 409, code: 'key_active' });
    }
  });

  it('that was retired or revoked never comes back', async () => {
    await createIssuer(daemon, 'gone', { alg: 'ES256' });
    const { kid: retired } = await mint(daemon, 'gone');
    const { kid: revoked } = await rotate(daemon, 'gone');
    await changeKey(daemon, 'gone', retired, 'retire');
    await changeKey(daemon, 'gone', revoked, 'revoke');
    for (const kid of [retired, revoked]) {
      expect((await refuse('POST', `/issuers/gone/keys/${kid}/activate`, {})).status).toBe(409);
    }
    expect((await refuse('POST', `/issuers/gone/keys/${revoked}/retire`, {})).status).toBe(409);
    expect((await refuse('POST', '/issuers/gone/keys/nonesuch/retire', {})).code).toBe('key_not_found');
  });

  it('that is revoked while active is replaced in the same step, and its tokens are refused at once', async () => {
    await createIssuer(daemon, 'theft', { alg: 'ES256' });
    const stolen = await mint(daemon, 'theft');
    expect(await changeKey(daemon, 'theft', stolen.kid, 'revoke')).toMatchObject({ state: 'revoked' });
    expect(await verify(daemon, stolen.token)).toMatchObject({ status: 'refused', reason: 'key_revoked' });
    const fresh = await mint(daemon, 'theft');
    expect(fresh.kid).not.toBe(stolen.kid);
    expect(await publishedKids('theft')).toEqual([fresh.kid]);
    expect(await changeKey(daemon, 'theft', stolen.kid, 'revoke')).toMatchObject({ state: 'revoked' });
  });

  it('that is revoked while active is named with the one that signs now', async () => {
    await createIssuer(daemon, 'named', { alg: 'ES256' });
    const { kid: first } = await mint(daemon, 'named');
    const active = await daemon.cli(['keys', 'revoke', first, '--issuer', 'named']);
    const { kid: second } = await mint(daemon, 'named');
    expect(active).toMatchObject({
      code: 0,
      stdout: `${first} (ES256) is revoked\n`,
      stderr: `mintmark: ${second} (ES256) signs now\n`,
    });
    await daemon.cli(['keys', 'rotate', '--issuer', 'named']);
    expect((await daemon.cli(['keys', 'revoke', second, '--issuer', 'named'])).stderr).toBe('');
  });

  it.each(['0', '30s', '434s'])(
    'is not rotated every %s: the first answer has the bound of its issuer',
    async (every) => {
      const { code, stderr } = await daemon.cli(['keys', 'schedule', '--every', every]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: 'mintmark: The JWKS would grow too long: leave 435s or more between rotations\n',
      });
    },
  );

  it('names why its tokens are refused: retired, revoked or unknown', async () => {
    await createIssuer(daemon, 'reasons', { alg: 'ES256' });
    const { token, kid } = await mint(daemon, 'reasons');
    await rotate(daemon, 'reasons');
    await changeKey(daemon, 'reasons', kid, 'retire');
    expect(await verify(daemon, token)).toMatchObject({ status: 'refused', reason: 'key_retired' });
    const other = await mint(daemon, 'default');
    const [header, , signature] = other.token.split('.');
    const moved = `${header}.${token.split('.')[1]}.${signature}`;
    expect(await verify(daemon, moved)).toMatchObject({ status: 'refused', reason: 'kid_unknown' });
  });
});

describe('import', () => {
  const importKey = (slug: string, body: unknown) => daemon.control('POST', `/issuers/${slug}/keys/import`, body);
  const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits });
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });

  beforeAll(async () => {
    await createIssuer(daemon, 'imports', { alg: 'RS256' });
  });

  const good: [string, Algorithm, () => { pem?: string; jwk?: unknown }][] = [
    ['PKCS#8 RSA', 'RS256', () => ({ pem: rsa(2048).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() })],
    ['PKCS#1 RSA', 'RS256', () => ({ pem: rsa(2048).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() })],
    ['PKCS#8 EC', 'ES256', () => ({ pem: ec('P-256').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() })],
    ['a JWK on P-384', 'ES384', () => ({ jwk: ec('P-384').privateKey.export({ format: 'jwk' }) })],
    ['a JWK of Ed25519', 'EdDSA', () => ({ jwk: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) })],
  ];
  it.each(good)('takes %s and signs with it when asked to', async (_what, alg, make) => {
    const key = expectStatus<Key>(await importKey('imports', { ...make(), alg, activate: true }), 201);
    expect(key).toMatchObject({ alg, state: 'active' });
    const minted = await mint(daemon, 'imports');
    expect(minted).toMatchObject({ kid: key.kid, header: { alg } });
    expect(await verify(daemon, minted.token)).toMatchObject({ status: 'accepted' });
  });

  it('publishes an imported key without signing with it, unless told to', async () => {
    const { kid: signer } = await mint(daemon, 'imports');
    const pem = ec('P-256').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const key = expectStatus<Key>(await importKey('imports', { pem, kid: 'my-own-name' }), 201);
    expect(key).toMatchObject({ kid: 'my-own-name', state: 'next' });
    expect((await mint(daemon, 'imports')).kid).toBe(signer);
    expect(await publishedKids('imports')).toContain('my-own-name');
    const twice = await importKey('imports', { pem, kid: 'my-own-name' });
    expect({ status: twice.status, code: twice.json<Problem>().code }).toEqual({ status: 409, code: 'key_exists' });
  });

  const encrypted = () =>
    rsa(2048).privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
  const bad: [string, string | null, () => unknown][] = [
    ['RSA of 1024 bits', 'weak_key', () => ({ pem: rsa(1024).privateKey.export({ type: 'pkcs8', format: 'pem' }) })],
    ['RSA of 2047 bits', 'weak_key', () => ({ pem: rsa(2047).privateKey.export({ type: 'pkcs8', format: 'pem' }) })],
    [
      'RSA of 1024 bits as a JWK',
      'weak_key',
      () => ({ jwk: rsa(1024).privateKey.export({ format: 'jwk' }), alg: 'RS256' }),
    ],
    ['a shared secret', null, () => ({ jwk: { kty: 'oct', k: 'c2VjcmV0LXNlY3JldC1zZWNyZXQ' } })],
    ['a public key', 'key_material', () => ({ pem: rsa(2048).publicKey.export({ type: 'spki', format: 'pem' }) })],
    ['an encrypted key', 'key_material', () => ({ pem: encrypted() })],
    ['text that is no key', 'key_material', () => ({ pem: 'hello' })],
    [
      'an EC key for an RSA algorithm',
      null,
      () => ({ jwk: ec('P-256').privateKey.export({ format: 'jwk' }), alg: 'RS256' }),
    ],
    ['a key on the wrong curve', null, () => ({ jwk: ec('P-384').privateKey.export({ format: 'jwk' }), alg: 'ES256' })],
    ['a curve that nobody signs with', null, () => ({ jwk: ec('secp256k1').privateKey.export({ format: 'jwk' }) })],
    ['neither PEM nor JWK', 'invalid_request', () => ({})],
  ];
  it.each(bad)('refuses %s and changes nothing', async (_what, code, make) => {
    const before = await keysOf('imports');
    const answer = await importKey('imports', make());
    expect(answer.status).toBe(400);
    if (code !== null) expect(answer.json<Problem>().code).toBe(code);
    expect(await keysOf('imports')).toEqual(before);
  });
});

describe('export', () => {
  const exportKey = async (kid: string, body: unknown) =>
    daemon.control('POST', `/issuers/default/keys/${kid}/export`, body);

  it('hands out the public half as JWK and as PEM', async () => {
    const { kid } = await mint(daemon, 'default');
    const jwk = expectStatus<{ key: Record<string, unknown> }>(await exportKey(kid, { format: 'jwk' }), 200).key;
    const pem = expectStatus<{ key: string }>(await exportKey(kid, { format: 'pem' }), 200).key;
    expect(jwk).not.toHaveProperty('d');
    expect(createPublicKey(pem).export({ format: 'jwk' })).toMatchObject({ n: jwk.n, e: jwk.e });
  });

  it('hands out the private half only to who repeats the kid', async () => {
    const { kid } = await mint(daemon, 'default');
    for (const confirm of [undefined, '', 'yes', kid.slice(1)]) {
      const answer = await exportKey(kid, {
        format: 'pem',
        private: true,
        ...(confirm === undefined ? {} : { confirm }),
      });
      expect(answer.json<Problem>().code).toBe('confirmation_required');
      expect(answer.text).not.toContain('PRIVATE KEY');
    }
    const answer = await exportKey(kid, { format: 'pem', private: true, confirm: kid });
    const privateKey = createPrivateKey(expectStatus<{ key: string }>(answer, 200).key);
    const [jwk] = (await fetchJwks(`${daemon.baseUrl}/issuers/default`)).keys;
    expect(privateKey.export({ format: 'jwk' })).toMatchObject({ n: jwk?.n });
  });

  it('has no private half of a key that no longer signs', async () => {
    const { kid } = await mint(daemon, 'default');
    await rotate(daemon);
    const answer = await exportKey(kid, { private: true, confirm: kid });
    expect({ status: answer.status, code: answer.json<Problem>().code }).toEqual({ status: 409, code: 'key_state' });
  });
});
