import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeKey,
  createIssuer,
  type Daemon,
  expectStatus,
  fetchJwks,
  mint,
  rotate,
  startDaemon,
  verify,
} from '../support/daemon.ts';
import { forgeToken, makeKey } from '../support/forge.ts';
import { makeHome, runCli } from '../support/program.ts';
import { makeSigner } from '../support/signer.ts';
import type { Jwks, Minted, Verdict } from '../support/wire.ts';

const AUDIENCE = 'demo';

let daemon: Daemon;
let issuer: string;
let jwksUrl: string;
let files: string;
beforeAll(async () => {
  daemon = await startDaemon();
  issuer = `${daemon.baseUrl}/issuers/default`;
  jwksUrl = `${issuer}/.well-known/jwks.json`;
  files = mkdtempSync(join(tmpdir(), 'mintmark-keys-'));
});
afterAll(async () => {
  await daemon.stop();
  rmSync(files, { recursive: true, force: true });
});

async function saveKeys(from = issuer): Promise<{ keys: Jwks; path: string }> {
  const keys = await fetchJwks(from);
  const path = join(files, `${new URL(from).port}-${from.split('/').at(-1)}.json`);
  writeFileSync(path, JSON.stringify(keys));
  return { keys, path };
}

async function mintRevoked(slug = 'default'): Promise<Minted> {
  const minted = await mint(daemon, slug, { audience: AUDIENCE });
  expectStatus(await daemon.control('POST', `/tokens/${minted.jti}/revoke`, {}), 200);
  return minted;
}

async function judge(token: string, jwks: string, home = daemon.home): Promise<Verdict & { readonly exit: number }> {
  const args = ['verify', '-', '--jwks', jwks, '--audience', AUDIENCE, '--json'];
  const { code, stdout } = await runCli(args, { home, input: token });
  return { ...(JSON.parse(stdout) as Verdict), exit: code ?? -1 };
}

/** An issuer of its own with a key of its own, which can be given to another one. */
async function createSigningIssuer(slug: string, pem: string, options: object = {}): Promise<void> {
  await createIssuer(daemon, slug, { alg: 'RS256', ...options });
  const body = { pem, alg: 'RS256', activate: true };
  expectStatus(await daemon.control('POST', `/issuers/${slug}/keys/import`, body), 201);
}

const makePem = (): string => makeSigner('RS256').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const deleteIssuer = async (slug: string): Promise<void> => {
  expectStatus(await daemon.control('DELETE', `/issuers/${slug}`), 200);
};
const mintLookAlike = async (slug: string): Promise<Minted> =>
  expectStatus(await daemon.control('POST', `/issuers/${slug}/tokens`, { audience: AUDIENCE, lookAlike: true }), 201);

const revoked = { exit: 1, status: 'refused', reason: 'token_revoked', provenance: 'supplied-keys' };

describe('a token of our own daemon, judged by keys that the caller gives', () => {
  it('is refused when that daemon revoked it: by a file, by its own URL and over the API', async () => {
    const { keys, path } = await saveKeys();
    const { token } = await mintRevoked();
    expect(await judge(token, path)).toMatchObject(revoked);
    expect(await judge(token, jwksUrl)).toMatchObject(revoked);
    expect(await verify(daemon, token, { issuer, audience: AUDIENCE }, keys)).toMatchObject({
      status: 'refused',
      reason: 'token_revoked',
    });
  });

  it('is accepted when nothing was revoked, and the verdict says that this was asked', async () => {
    const { path } = await saveKeys();
    const { token } = await mint(daemon, 'default', { audience: AUDIENCE });
    const verdict = await judge(token, path);
    expect(verdict).toMatchObject({ exit: 0, status: 'accepted', provenance: 'supplied-keys' });
    expect(verdict.checks.at(-1)).toMatchObject({ name: 'revocation', outcome: 'pass' });
  });

  it('is refused by keys that were saved before its key was revoked', async () => {
    const { url } = await createIssuer(daemon, 'stolen', {});
    const { keys, path } = await saveKeys(url);
    const { token, kid } = await mint(daemon, 'stolen', { audience: AUDIENCE });
    await changeKey(daemon, 'stolen', kid, 'revoke');
    expect(await judge(token, path)).toMatchObject({ exit: 1, status: 'refused', reason: 'key_revoked' });
    expect((await verify(daemon, token, { audience: AUDIENCE }, keys)).reason).toBe('key_revoked');
  });

  it('is judged by the issuer that it names where another one revoked the same key', async () => {
    const pem = makePem();
    for (const slug of ['kept', 'gone']) await createSigningIssuer(slug, pem);
    const { keys } = await saveKeys(`${daemon.baseUrl}/issuers/kept`);
    const [kept, gone] = [await mint(daemon, 'kept'), await mint(daemon, 'gone')];
    await changeKey(daemon, 'gone', gone.kid, 'revoke');
    expect(await verify(daemon, gone.token, {}, keys)).toMatchObject({ reason: 'key_revoked' });
    expect(await verify(daemon, kept.token, {}, keys)).toMatchObject({ status: 'accepted' });
  });

  it('is judged by the clock of that daemon', async () => {
    const clocked = await startDaemon({ args: ['--clock-control'] });
    const url = `${clocked.baseUrl}/issuers/default`;
    const { path } = await saveKeys(url);
    const { token } = await mint(clocked, 'default', { audience: AUDIENCE, ttlSeconds: 60 });
    expectStatus(await clocked.control('POST', '/clock', { advanceSeconds: 61 }), 200);
    expect(await judge(token, path, clocked.home)).toMatchObject({ exit: 1, reason: 'expired' });
    await clocked.stop();
  });

  it('is refused although it looks like one of the real issuer', async () => {
    const url = `${daemon.baseUrl}/issuers/github-actions`;
    const args = ['mint', '--as', 'github-actions', '--look-alike', '--aud', AUDIENCE, '--json'];
    const { token, jti } = JSON.parse((await daemon.cli(args)).stdout) as Minted;
    const { keys, path } = await saveKeys(url);
    expect(await judge(token, path)).toMatchObject({ exit: 0, status: 'accepted' });
    expect((await daemon.cli(['tokens', 'revoke', jti])).code).toBe(0);
    expect(await judge(token, path)).toMatchObject(revoked);
    expect(await judge(token, `${url}/.well-known/jwks`)).toMatchObject(revoked);
    expect(await verify(daemon, token, { audience: AUDIENCE }, keys)).toMatchObject({ reason: 'token_revoked' });
  });

  it('is undecided while that daemon is away, but refused where the keys alone say so', async () => {
    const place = makeHome();
    const away = await startDaemon({ home: place.home });
    const { path } = await saveKeys(`${away.baseUrl}/issuers/default`);
    const { token } = await mint(away, 'default', { audience: AUDIENCE });
    await away.terminate();
    const args = ['verify', '-', '--jwks', path, '--audience', AUDIENCE];
    const told = await runCli(args, { home: place.home, input: token });
    expect({ code: told.code, stdout: told.stdout }).toEqual({ code: 3, stdout: '' });
    expect(told.stderr).toContain('your own daemon');
    expect(told.stderr).toContain('could not decide: issuer_unreachable\n');
    const verdict = await judge(token, path, place.home);
    expect(verdict.checks.filter(({ outcome }) => outcome === 'fail').map(({ name }) => name)).toEqual(['revocation']);
    const other = await runCli([...args, '--audience', 'x', '--claim', 'sub=nobody'], {
      home: place.home,
      input: token,
    });
    expect(other).toMatchObject({ code: 1, stderr: 'token verification failed\n' });
    place.remove();
  });
});

describe('a token of an issuer that was deleted, judged by keys that were saved before', () => {
  const gone = { exit: 1, status: 'refused', reason: 'iss_mismatch', provenance: 'supplied-keys' };

  it('is refused as it is without them: by a file, over the API and after a restart', async () => {
    const place = makeHome();
    let own = await startDaemon({ home: place.home });
    const { url } = await createIssuer(own, 'shop', {});
    const { keys, path } = await saveKeys(url);
    const { token } = await mint(own, 'shop', { audience: AUDIENCE });
    expect(await judge(token, path, place.home)).toMatchObject({ exit: 0, status: 'accepted' });
    expectStatus(await own.control('DELETE', '/issuers/shop'), 200);
    expect(await judge(token, path, place.home)).toMatchObject(gone);
    expect((await own.cli(['verify', token, '--url', url, '--audience', AUDIENCE])).code).toBe(1);
    const verdict = await verify(own, token, { audience: AUDIENCE }, keys);
    expect(verdict.checks.filter(({ outcome }) => outcome === 'fail').map(({ code }) => code)).toEqual([
      'iss_mismatch',
    ]);
    await own.terminate();
    own = await startDaemon({ home: place.home, port: own.port });
    expect(await judge(token, path, place.home)).toMatchObject(gone);
    await own.stop();
    place.remove();
  });

  it('is refused when an issuer of the same name was made anew, whose keys are others', async () => {
    const { url } = await createIssuer(daemon, 'anew', {});
    const { keys, path } = await saveKeys(url);
    const { token } = await mint(daemon, 'anew', { audience: AUDIENCE });
    await deleteIssuer('anew');
    await createIssuer(daemon, 'anew', {});
    const verdict = await judge(token, path);
    expect(verdict).toMatchObject({ exit: 1, status: 'refused', reason: 'kid_unknown' });
    expect(verdict.checks.find(({ name }) => name === 'signature')).toMatchObject({ outcome: 'pass' });
    expect((await verify(daemon, token, { issuer: url }, keys)).reason).toBe('kid_unknown');
    expect((await verify(daemon, token, { issuer: url })).reason).toBe('kid_unknown');
  });

  it('stays revoked when an issuer of the same name is given the same key', async () => {
    const pem = makePem();
    await createSigningIssuer('again', pem);
    const { keys } = await saveKeys(`${daemon.baseUrl}/issuers/again`);
    const [kept, { jti, token }] = [await mint(daemon, 'again'), await mint(daemon, 'again')];
    expectStatus(await daemon.control('POST', `/tokens/${jti}/revoke`, {}), 200);
    await deleteIssuer('again');
    await createSigningIssuer('again', pem);
    for (const given of [keys, undefined]) {
      expect(await verify(daemon, token, {}, given)).toMatchObject({ status: 'refused', reason: 'token_revoked' });
      expect(await verify(daemon, kept.token, {}, given)).toMatchObject({ status: 'accepted' });
    }
  });

  it('is refused although it looks like one of the real issuer, also when an issuer of its name was made anew', async () => {
    const { url } = await createIssuer(daemon, 'ci', { platform: 'github-actions' });
    const { keys, path } = await saveKeys(url);
    const { token } = await mintLookAlike('ci');
    expect(await judge(token, path)).toMatchObject({ exit: 0, status: 'accepted' });
    await deleteIssuer('ci');
    expect(await judge(token, path)).toMatchObject({ exit: 1, status: 'refused', reason: 'key_revoked' });
    await createIssuer(daemon, 'ci', { platform: 'github-actions' });
    expect(await judge(token, path)).toMatchObject({ exit: 1, reason: 'key_revoked' });
    expect((await verify(daemon, token, {}, keys)).reason).toBe('key_revoked');
  });

  it('is told by its record from one of another issuer that still signs with the same key', async () => {
    const pem = makePem();
    for (const slug of ['leaves', 'stays']) await createSigningIssuer(slug, pem, { platform: 'github-actions' });
    const { keys } = await saveKeys(`${daemon.baseUrl}/issuers/leaves`);
    const [left, stayed] = [await mintLookAlike('leaves'), await mintLookAlike('stays')];
    await deleteIssuer('leaves');
    expect(await verify(daemon, left.token, {}, keys)).toMatchObject({ status: 'refused', reason: 'key_revoked' });
    expect(await verify(daemon, stayed.token, {}, keys)).toMatchObject({ status: 'accepted' });
  });
});

describe('a token that names an issuer of our own daemon', () => {
  const forge = (iss: string): { token: string; keys: Jwks } => {
    const key = makeKey('ES256', 'given');
    const iat = Math.floor(Date.now() / 1_000);
    return {
      token: forgeToken(key, { iss, sub: 'x', aud: AUDIENCE, iat, exp: iat + 60 }),
      keys: { keys: [{ ...key.jwk, kid: key.kid, alg: key.alg, kty: 'EC' }] },
    };
  };

  it.each([
    ['that is there, by a key that it never had', 'kid_unknown', (base: string) => `${base}/issuers/default`],
    ['that there never was', 'iss_mismatch', (base: string) => `${base}/issuers/nobody`],
    ['that nobody asked for yet', 'iss_mismatch', (base: string) => `${base}/issuers/buildkite`],
    [
      'by another name of this machine',
      'iss_mismatch',
      (base: string) => `${base.replace('localhost', '127.0.0.1')}/issuers/default`,
    ],
    ['in other letters', 'iss_mismatch', (base: string) => `${base.toUpperCase()}/issuers/default`],
    ['with a slash after it', 'iss_mismatch', (base: string) => `${base}/issuers/default/`],
  ])('%s, is refused with %s', async (_name, code, nameIssuer) => {
    const { token, keys } = forge(nameIssuer(daemon.baseUrl));
    const path = join(files, 'given.json');
    writeFileSync(path, JSON.stringify(keys));
    expect(await verify(daemon, token, {}, keys)).toMatchObject({ status: 'refused', reason: code });
    expect(await judge(token, path)).toMatchObject({ exit: 1, status: 'refused', reason: code });
  });

  it('is accepted by a retired key that the caller gives: that was his to decide', async () => {
    const { url } = await createIssuer(daemon, 'rotated', {});
    const { path } = await saveKeys(url);
    const { token, kid } = await mint(daemon, 'rotated', { audience: AUDIENCE });
    await rotate(daemon, 'rotated');
    await changeKey(daemon, 'rotated', kid, 'retire');
    expect((await verify(daemon, token)).reason).toBe('key_retired');
    expect(await judge(token, path)).toMatchObject({ exit: 0, status: 'accepted', provenance: 'supplied-keys' });
  });
});

describe('keys that the caller gives, without a daemon to ask', () => {
  it('decide alone where no daemon ever ran, and leave no state behind', async () => {
    const { path } = await saveKeys();
    const { token } = await mint(daemon, 'default', { audience: AUDIENCE });
    const verdict = await judge(token, path, join(files, 'never'));
    expect(verdict).toMatchObject({ exit: 0, status: 'accepted', provenance: 'supplied-keys' });
    expect(verdict.checks.at(-1)).toMatchObject({ name: 'revocation', outcome: 'skip' });
  });

  it('decide alone about a token of another daemon while the own one is away', async () => {
    const place = makeHome();
    const away = await startDaemon({ home: place.home });
    await away.terminate();
    const { path } = await saveKeys();
    const { token } = await mint(daemon, 'default', { audience: AUDIENCE });
    expect(await judge(token, path, place.home)).toMatchObject({ exit: 0, status: 'accepted' });
    place.remove();
  });
});
