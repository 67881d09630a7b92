import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeKey,
  type Daemon,
  expectStatus,
  fetchJwks,
  mint,
  rotate,
  showIssuer,
  startDaemon,
  verify,
} from '../support/daemon.ts';
import { ask } from '../support/http.ts';
import { verifyByJose } from '../support/job.ts';
import { makeHome, runCli } from '../support/program.ts';
import type { Issuer, Key, LogEvent, Minted, Page } from '../support/wire.ts';

const SLUG = 'miren';

let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon();
  expectStatus(await daemon.control('GET', `/issuers/${SLUG}`), 200);
});
afterAll(() => daemon.stop());

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const createCluster = async (slug: string, options: Record<string, string>, more: object = {}): Promise<Issuer> =>
  expectStatus(await daemon.control('POST', '/issuers', { slug, platform: SLUG, options, ...more }), 201);
const mintLookAlike = async (slug: string): Promise<Minted> =>
  expectStatus(await daemon.control('POST', `/issuers/${slug}/tokens`, { lookAlike: true }), 201);

describe('clusters', () => {
  it('MI-1, MI-2: have an issuer, an RSA key of 2048 bits and a JWKS of their own', async () => {
    const clusters = [await createCluster('cluster-a', {}), await createCluster('cluster-b', {})];
    const sets = await Promise.all(clusters.map(({ url }) => fetchJwks(url)));
    const [a, b] = sets.map(({ keys }) => keys.map(({ kid }) => kid));
    expect(a?.some((kid) => b?.includes(kid))).toBe(false);
    for (const { keys } of sets) {
      for (const jwk of keys) {
        expect(createPublicKey({ key: jwk, format: 'jwk' }).asymmetricKeyDetails?.modulusLength).toBe(2_048);
      }
    }
    const { token, header } = await mint(daemon, 'cluster-a');
    expect(header.alg).toBe('RS256');
    expect((await verifyByJose(daemon, 'cluster-a', token)).iss).toBe(clusters[0]?.url);
    expect((await verify(daemon, token, { issuer: clusters[0]?.url ?? '' }, sets[1])).reason).toBe('kid_unknown');
  });

  it('MI-10: name an RSA key by its SubjectPublicKeyInfo', async () => {
    const [jwk] = (await fetchJwks(`${daemon.baseUrl}/issuers/${SLUG}`)).keys;
    const der = createPublicKey({ key: jwk ?? {}, format: 'jwk' }).export({ type: 'spki', format: 'der' });
    expect(jwk?.kid).toBe(createHash('sha256').update(der).digest('base64url'));
  });

  it('MI-12, MI-15, MI-55: publish the five members that AWS IAM needs, for an hour', async () => {
    const answer = await daemon.publicGet(`/issuers/${SLUG}/.well-known/openid-configuration`);
    const url = `${daemon.baseUrl}/issuers/${SLUG}`;
    expect(answer.json()).toEqual({
      issuer: url,
      jwks_uri: `${url}/.well-known/miren/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers['cache-control']).toBe('public, max-age=3600');
  });

  it('MI-14, MI-15: publish their keys as a JWK Set, for an hour', async () => {
    const answer = await daemon.publicGet(`/issuers/${SLUG}/.well-known/miren/jwks`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/jwk-set\+json/);
    expect(answer.headers['cache-control']).toBe('public, max-age=3600');
  });

  // D-1: issuers are told apart by path here, not by host.
  it('MI-13: are found at their own path only', async () => {
    for (const path of ['/issuers/nobody', '']) {
      expect((await daemon.publicGet(`${path}/.well-known/openid-configuration`)).status).toBe(404);
      expect((await daemon.publicGet(`${path}/.well-known/miren/jwks`)).status).toBe(404);
    }
  });

  const documentStatuses = async (slug: string): Promise<number[]> => {
    const below = ['openid-configuration', 'miren/jwks'].map((path) => `/issuers/${slug}/.well-known/${path}`);
    const paths = [...below, `/.well-known/oauth-authorization-server/issuers/${slug}`];
    return Promise.all(paths.map(async (path) => (await daemon.publicGet(path)).status));
  };

  it('MI-16: that are not there publish and mint nothing, and neither does one without a name', async () => {
    expect(await documentStatuses('nobody')).toEqual([404, 404, 404]);
    expect((await daemon.control('POST', '/issuers/nobody/tokens', {})).status).toBe(404);
    await createCluster('nameless', { names: '' });
    expect(await documentStatuses('nameless')).toEqual([404, 404, 404]);
    const refused = await daemon.control('POST', '/issuers/nameless/tokens', {});
    expect([refused.status, refused.json<{ code: string }>().code]).toEqual([403, 'job_refused']);
    const run = await daemon.control('POST', '/issuers/nameless/runs', { runDirectory: '/runs/1' });
    expect(expectStatus<{ variables: object }>(run, 201).variables).toEqual({});
  });

  it('MI-16: publish nothing from when they lose their name until they have one, and this daemon knows their tokens', async () => {
    const { url } = await createCluster('losing', { names: 'a.example' });
    expect(await documentStatuses('losing')).toEqual([200, 200, 200]);
    const { token, kid } = await mint(daemon, 'losing');
    const configure = (names: string) =>
      daemon.cli(['issuers', 'configure', 'losing', '--set', `names=${names}`, '--confirm']);
    const lost = await configure('');
    expect(lost.code).toBe(0);
    expect(lost.stderr).toContain('publishes nothing');
    expect(await documentStatuses('losing')).toEqual([404, 404, 404]);
    await rotate(daemon, 'losing');
    expect(await documentStatuses('losing')).toEqual([404, 404, 404]);
    expect((await verify(daemon, token, { issuer: url, audience: 'miren' })).status).toBe('accepted');
    const found = await configure('b.example');
    expect(found.stderr).not.toContain('publishes nothing');
    expect(await documentStatuses('losing')).toEqual([200, 200, 200]);
    expect((await fetchJwks(url)).keys.map((jwk) => jwk.kid)).toContain(kid);
    expect((await verifyByJose(daemon, 'losing', token)).iss).toBe(url);
  });

  it('MI-17: answer no other method on their documents', async () => {
    for (const path of ['openid-configuration', 'miren/jwks']) {
      const url = `${daemon.baseUrl}/issuers/${SLUG}/.well-known/${path}`;
      expect((await ask(url, { method: 'POST' })).status).toBe(405);
    }
  });

  it('MI-18: have their registered name as real issuer, else the first that is configured', async () => {
    await createCluster('registered', { 'dns-name': 'c.miren.systems', names: 'a.example,b.example' });
    await createCluster('by-order', { names: 'a.example,b.example' });
    expect((await mintLookAlike('registered')).claims.iss).toBe('https://c.miren.systems');
    expect((await mintLookAlike('by-order')).claims.iss).toBe('https://a.example');
  });

  it('MI-19: change that issuer only when it is confirmed, with a warning and a line in the log', async () => {
    await createCluster('moving', { names: 'a.example,b.example' });
    const words = ['issuers', 'configure', 'moving', '--set', 'names=b.example,a.example'];
    const refused = await daemon.cli(words);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('https://b.example');
    expect((await mintLookAlike('moving')).claims.iss).toBe('https://a.example');
    const moved = await daemon.cli([...words, '--confirm']);
    expect(moved.code).toBe(0);
    expect(moved.stderr).toContain('from https://a.example to https://b.example');
    expect((await mintLookAlike('moving')).claims.iss).toBe('https://b.example');
    const { items } = (await daemon.control('GET', '/events?limit=1000')).json<Page<LogEvent>>();
    expect(items.find(({ name, issuer }) => name === 'issuer.moved' && issuer === 'moving')?.detail).toMatchObject({
      from: 'https://a.example',
      to: 'https://b.example',
    });
  });

  it('MI-18, MI-19: are moved by another registered name, and by no order of names while they have one', async () => {
    await createCluster('cluster-c', { 'dns-name': 'c.miren.systems' });
    const configure = (...words: string[]) => daemon.cli(['issuers', 'configure', 'cluster-c', '--set', ...words]);
    const ordered = await configure('names=b.example,a.example');
    expect({ code: ordered.code, stderr: ordered.stderr }).toEqual({ code: 0, stderr: '' });
    expect((await mintLookAlike('cluster-c')).claims.iss).toBe('https://c.miren.systems');
    const refused = await configure('dns-name=z.miren.systems');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('from https://c.miren.systems to https://z.miren.systems');
    expect((await configure('dns-name=z.miren.systems', '--confirm')).code).toBe(0);
    expect((await mintLookAlike('cluster-c')).claims.iss).toBe('https://z.miren.systems');
  });

  it('MI-20, MI-28: claim organization and id when they are registered', async () => {
    await createCluster('org', { 'organization-id': 'org_1', 'cluster-id': 'cl_1', app: '', sandbox: 'sb-1' });
    const registered = await mint(daemon, 'org');
    expect(registered.claims).toMatchObject({ organization_id: 'org_1', cluster_id: 'cl_1', sandbox_id: 'sb-1' });
    expect(registered.claims.sub).toBe('org:org_1:sandbox:sb-1');
    expect(registered.claims).not.toHaveProperty('app');
    const { claims } = await mint(daemon, SLUG);
    expect(claims).not.toHaveProperty('organization_id');
    expect(claims).not.toHaveProperty('cluster_id');
  });

  it('MI-23: refuse a colon in what the subject is made of', async () => {
    const { code, stderr, stdout } = await daemon.cli(['mint', '--as', SLUG, '--set', 'app=a:sandbox:x']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('reserved delimiter');
  });

  it('MI-48: mint for parts of Miren itself', async () => {
    const { stdout } = await daemon.cli(['mint', '--as', SLUG, '--set', 'system-workload=telemetrywriter']);
    expect(claimsOf(stdout)).toMatchObject({
      sub: 'system:telemetrywriter',
      identity_type: 'system',
      system_workload: 'telemetrywriter',
      sandbox_id: '',
    });
  });

  it('MI-52, MI-53: show where they are, their public keys and the fingerprint of the set', async () => {
    const cluster = await createCluster('shown', { 'dns-name': 'c.miren.systems' });
    const shown = (await daemon.control('GET', '/issuers/shown')).json<
      Issuer & { options: object; keySetFingerprint: string }
    >();
    expect(shown).toMatchObject({ url: cluster.url, options: { 'dns-name': 'c.miren.systems' } });
    expect(shown.keys[0]?.publicJwk).toMatchObject({ kty: 'RSA', alg: 'RS256' });
    expect(shown.keySetFingerprint).toBe(
      createHash('sha256')
        .update(shown.keys[0]?.kid ?? '')
        .digest('base64url'),
    );
  });
});

describe('keys of a cluster', () => {
  const makeLegacy = () => generateKeyPairSync('ed25519');
  const toPem = (key: KeyObject) => String(key.export({ type: 'pkcs8', format: 'pem' }));
  const importKey = async (slug: string, pem: string, activate = false): Promise<Key> =>
    expectStatus(await daemon.control('POST', `/issuers/${slug}/keys/import`, { pem, activate }), 201);

  it('MI-3, MI-4, MI-11: an old Ed25519 key still verifies what it signed, and RS256 signs', async () => {
    const { url } = await createCluster('old', {});
    const { privateKey } = makeLegacy();
    const { kid } = await importKey('old', toPem(privateKey));
    // Signed before the cluster migrated, and elsewhere.
    const now = Math.floor(Date.now() / 1_000);
    const input = [
      { alg: 'EdDSA', kid, typ: 'JWT' },
      { iss: url, sub: 'app:a:sandbox:sb-1', aud: ['miren'], iat: now - 60, nbf: now - 60, exp: now + 3_000 },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const token = `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`;
    expect((await verify(daemon, token, { issuer: url, audience: 'miren' })).status).toBe('accepted');
    expect((await verifyByJose(daemon, 'old', token)).sub).toBe('app:a:sandbox:sb-1');
    const { header } = await mint(daemon, 'old');
    expect(header.alg).toBe('RS256');
    const { keys } = await fetchJwks(url);
    expect(keys.map(({ alg }) => alg)).toEqual(['RS256', 'EdDSA']);
    const discovery = await ask(`${url}/.well-known/openid-configuration`);
    expect(discovery.json<Record<string, unknown>>().id_token_signing_alg_values_supported).toEqual(['RS256', 'EdDSA']);
  });

  it('MI-3, MI-4: a cluster that still signs with Ed25519 goes over to RS256 by a rotation', async () => {
    await createCluster('signing', {}, { alg: 'EdDSA' });
    const before = await mint(daemon, 'signing');
    expect(before.header.alg).toBe('EdDSA');
    expect((await rotate(daemon, 'signing')).alg).toBe('RS256');
    expect((await mint(daemon, 'signing')).header.alg).toBe('RS256');
    expect((await verify(daemon, before.token, { audience: 'miren' })).status).toBe('accepted');
  });

  it('MI-6: does not go over while another previous key is there, and nothing changes', async () => {
    await createCluster('full', {}, { alg: 'EdDSA' });
    const { kid } = await showIssuer(daemon, 'full').then(({ keys }) => keys[0] as Key);
    await rotate(daemon, 'full', { alg: 'EdDSA' });
    const before = await showIssuer(daemon, 'full');
    const refused = await daemon.cli(['keys', 'rotate', '--issuer', 'full']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('already exists; remove it manually before migrating');
    expect(await showIssuer(daemon, 'full')).toEqual(before);
    await changeKey(daemon, 'full', kid, 'retire');
    expect((await rotate(daemon, 'full')).alg).toBe('RS256');
  });

  it('MI-3, MI-6: goes over from an imported Ed25519 key by the steps of README', async () => {
    await createCluster('from-eddsa', { names: 'b.example,a.example' });
    const file = join(daemon.home, '../old.pem');
    writeFileSync(file, toPem(makeLegacy().privateKey));
    const made = (await showIssuer(daemon, 'from-eddsa')).keys[0]?.kid ?? '';
    const keys = (...words: string[]) => daemon.cli(['keys', ...words, '--issuer', 'from-eddsa']);
    expect((await keys('import', file, '--activate')).code).toBe(0);
    const { header, kid } = await mint(daemon, 'from-eddsa');
    expect(header.alg).toBe('EdDSA');
    const refused = await keys('rotate');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(made);
    expect((await keys('retire', made)).code).toBe(0);
    expect((await keys('rotate')).code).toBe(0);
    expect((await mint(daemon, 'from-eddsa')).header.alg).toBe('RS256');
    const again = await keys('import', file, '--activate');
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain(`${kid}, which is retiring and does not sign here`);
  });

  it('MI-7: a cluster does not start with a previous key that it cannot read, and says which', async () => {
    const own = await startDaemon();
    const { kid } = await mint(own, SLUG);
    await rotate(own, SLUG);
    await own.terminate();
    const database = new Database(join(own.home, 'mintmark.db'));
    database.prepare("UPDATE keys SET public_jwk = '{}' WHERE kid = ?").run(kid);
    database.close();
    const { code, stderr } = await runCli(['serve', '--port', '0'], { home: own.home });
    expect(code).toBe(3);
    expect(stderr).toContain(`The record of key ${kid} was altered by another program (loading previous signing key)`);
    await own.stop();
  });

  it('MI-5, MI-8, MI-9: a directory of keys is published, in order and once each, and never signs', async () => {
    const directory = join(daemon.home, '../workload-identity.d');
    mkdirSync(join(directory, 'more'), { recursive: true });
    const legacy = makeLegacy();
    const seed = legacy.privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32).toString('base64');
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    writeFileSync(join(directory, '2.pem'), toPem(rsa.privateKey));
    writeFileSync(join(directory, '3.pem'), toPem(rsa.privateKey));
    writeFileSync(join(directory, '1.pem'), `-----BEGIN PRIVATE KEY-----\n${seed}\n-----END PRIVATE KEY-----\n`);
    writeFileSync(join(directory, 'notes.txt'), 'no key');
    writeFileSync(join(directory, '.hidden'), 'no key');
    const { url } = await createCluster('extra', {});
    const imported = await daemon.cli(['keys', 'import', '--issuer', 'extra', '--directory', directory, '--json']);
    expect(imported.code).toBe(0);
    expect(imported.stderr).toContain('notes.txt');
    expect(imported.stderr).not.toContain('.hidden');
    const { items } = JSON.parse(imported.stdout) as Page<Key>;
    expect(items.map(({ alg }) => alg)).toEqual(['EdDSA', 'RS256']);
    const extra = items.map(({ kid }) => kid);
    await rotate(daemon, 'extra');
    expect(extra).not.toContain((await mint(daemon, 'extra')).kid);
    const published = (await fetchJwks(url)).keys.map(({ kid }) => kid);
    expect(published).toEqual(expect.arrayContaining(extra));
    expect(published[0]).toBe((await mint(daemon, 'extra')).kid);
    expect(new Set(published).size).toBe(published.length);
  });

  it('MI-51: a private key leaves as PKCS#8, in a file for its owner alone below a directory of the same kind', async () => {
    const { kid } = (await showIssuer(daemon, SLUG)).keys[0] as Key;
    const { home: directory, remove } = makeHome();
    const path = join(directory, 'workload-identity.key');
    const words = ['keys', 'export', kid, '--issuer', SLUG, '--format', 'pem', '--private', '--confirm', kid];
    expect((await daemon.cli([...words, '--output', path])).code).toBe(0);
    expect([statSync(path), statSync(directory)].map(({ mode }) => mode & 0o777)).toEqual([0o600, 0o700]);
    expect(readFileSync(path, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const privateKey = createPrivateKey(readFileSync(path));
    expect(privateKey.asymmetricKeyDetails?.modulusLength).toBe(2_048);
    const published = (await fetchJwks(`${daemon.baseUrl}/issuers/${SLUG}`)).keys.find((jwk) => jwk.kid === kid);
    expect(privateKey.export({ format: 'jwk' }).n).toBe(published?.n);
    remove();
  });

  it('MI-54: a rotation makes the primary key the previous one, without a restart', async () => {
    await createCluster('rotated', {});
    const before = await mint(daemon, 'rotated');
    await rotate(daemon, 'rotated');
    const { keys } = await showIssuer(daemon, 'rotated');
    expect(keys.find(({ kid }) => kid === before.kid)?.state).toBe('retiring');
    expect((await verifyByJose(daemon, 'rotated', before.token)).jti).toBe(before.jti);
  });
});
