import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, expectStatus, fetchJwks, mint, setClock, startDaemon, verify } from '../support/daemon.ts';
import { ask } from '../support/http.ts';
import { connectLive } from '../support/live.ts';
import { BUNDLE, cleanEnvironment, makeHome, NODE, type Outcome, run, runCli } from '../support/program.ts';
import { confuseAlgorithm, leaveUnsigned, makeSigner, type Signer } from '../support/signer.ts';
import { tamperPayload, tamperSignature } from '../support/tampering.ts';
import type { Expectation, Key, Minted, Verdict } from '../support/wire.ts';

const AUDIENCE = 'semaphore';
const REFUSED = { code: 1, stdout: '', stderr: 'token verification failed\n' };

let daemon: Daemon;
let issuer: string;
/** The home of a CI machine, which has never had a daemon. */
const elsewhere = makeHome();

beforeAll(async () => {
  daemon = await startDaemon({ args: ['--clock-control'] });
  issuer = `${daemon.baseUrl}/issuers/superplane`;
});
afterAll(async () => {
  await daemon.stop();
  elsewhere.remove();
});

const told = ({ code, stdout, stderr }: Outcome) => ({ code, stdout, stderr });
const verifyBy = async (args: readonly string[], env: Record<string, string> = {}, home = daemon.home) =>
  told(await runCli(['oidc', 'verify', ...args], { home, env }));
const withToken = (token: string, ...more: string[]) =>
  verifyBy(['--url', issuer, '--audience', AUDIENCE, ...more], { SUPERPLANE_OIDC_TOKEN: token });
const mintToken = async (claims: Record<string, unknown> = {}, audience = AUDIENCE): Promise<string> =>
  (await mint(daemon, 'superplane', { audience, claims })).token;

describe('oidc verify', () => {
  it('SP-29: ends with 0 for a token of the issuer, and not for a bad one or none', async () => {
    const token = await mintToken();
    expect(await withToken(token)).toEqual({ code: 0, stdout: 'Token verified\n', stderr: '' });
    expect(await withToken(tamperSignature(token))).toEqual(REFUSED);
    const none = await verifyBy(['--url', issuer, '--audience', AUDIENCE]);
    expect({ code: none.code, stdout: none.stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('SP-29: needs neither a daemon nor a state directory of its own', async () => {
    const env = { SUPERPLANE_OIDC_ASSERTION: await mintToken() };
    const outcome = await verifyBy(['--url', `${issuer}/`, '--audience', AUDIENCE], env, elsewhere.home);
    expect(outcome).toEqual({ code: 0, stdout: 'Token verified\n', stderr: '' });
  });

  it('SP-31: pins the pipeline file', async () => {
    const token = await mintToken({ pipeline_file: '.semaphore/deploy.yml' });
    expect((await withToken(token, '--pipeline-file', '.semaphore/deploy.yml')).code).toBe(0);
    expect(await withToken(token, '--pipeline-file', '.semaphore/other.yml')).toEqual(REFUSED);
  });

  it('SP-40: says the same of every bad token, and shows none of it', async () => {
    const token = await mintToken({ ref: 'refs/heads/hidden' });
    const bad = await Promise.all([
      withToken(tamperPayload(token)),
      withToken(token, '--claim', 'ref=refs/heads/main'),
      withToken(token, '--audience', 'other'),
      withToken((await mint(daemon, 'default', { audience: AUDIENCE })).token),
    ]);
    expect(bad).toEqual([REFUSED, REFUSED, REFUSED, REFUSED]);
    const { stderr } = await withToken(token, '-v', '--claim', 'ref=refs/heads/main');
    expect(stderr).toContain('expected claim ref to be refs/heads/main, got refs/heads/hidden');
    expect(stderr).not.toContain(token.split('.')[2]);
  });

  it('SP-44: goes by the time of our own daemon', async () => {
    const token = await mintToken();
    await setClock(daemon, { advanceSeconds: 3_600 });
    expect(await withToken(token)).toEqual(REFUSED);
    await setClock(daemon, { reset: true });
    expect((await withToken(token)).code).toBe(0);
  });

  it('SP-49: prints the claims as JSON and YAML', async () => {
    const token = await mintToken({ org_id: 'acme' });
    const json = await withToken(token, '-o', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ iss: issuer, aud: AUDIENCE, org_id: 'acme' });
    const yaml = await withToken(token, '-o', 'yaml');
    expect(yaml).toMatchObject({ code: 0, stderr: '' });
    expect(yaml.stdout).toMatch(/^org_id: "acme"$/m);
  });

  it('refuses a token that was revoked', async () => {
    const { token, jti } = await mint(daemon, 'superplane', { audience: AUDIENCE });
    expect((await withToken(token)).code).toBe(0);
    await daemon.control('POST', `/tokens/${jti}/revoke`, {});
    expect(await withToken(token)).toEqual(REFUSED);
  });
});

describe('what oidc verify asks for', () => {
  let proxied: Daemon;
  let proxy: Server;
  const seen: string[] = [];

  /** A daemon that is known by the address of a proxy, which writes down what goes through it. */
  beforeAll(async () => {
    let port = 0;
    proxy = createServer((incoming, outgoing) => {
      seen.push(`${incoming.method} ${incoming.url}`);
      const forward = request(
        { port, host: '127.0.0.1', path: incoming.url, method: incoming.method, headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(outgoing);
        },
      );
      incoming.pipe(forward);
    });
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
    const publicUrl = `http://localhost:${(proxy.address() as AddressInfo).port}`;
    proxied = await startDaemon({ args: ['--public-url', `${publicUrl}/`] });
    port = (JSON.parse(readFileSync(join(proxied.home, 'daemon.json'), 'utf8')) as { localPort: number }).localPort;
  });
  afterAll(async () => {
    await proxied.stop();
    await new Promise((closed) => proxy.close(closed));
  });

  it('SP-22, SP-30: is discovery and key set, below an issuer without a slash at its end', async () => {
    const { stdout } = await proxied.cli(['mint', '--as', 'superplane', '--aud', AUDIENCE, '--json']);
    const minted = JSON.parse(stdout) as Minted;
    expect(minted.issuer).toMatch(/^http:\/\/localhost:\d+\/issuers\/superplane$/);
    for (const home of [proxied.home, elsewhere.home]) {
      seen.length = 0;
      const args = ['--url', minted.issuer, '--audience', AUDIENCE, '--token', minted.token];
      expect((await verifyBy(args, {}, home)).code).toBe(0);
      expect(seen).toEqual([
        'GET /issuers/superplane/.well-known/openid-configuration',
        'GET /issuers/superplane/.well-known/jwks.json',
      ]);
    }
  });
});

describe('the daemon and the command line', () => {
  let signer: Signer;
  let kid: string;

  beforeAll(async () => {
    signer = makeSigner('RS256');
    const pem = signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const path = '/issuers/superplane/keys/import';
    ({ kid } = expectStatus<Key>(await daemon.control('POST', path, { pem, activate: true }), 201));
  });

  /** Tokens that only the holder of the issuer's key could have made wrong in these ways. */
  const makeCorpus = (now: number): Record<string, string> => {
    const header = { alg: 'RS256', kid, typ: 'JWT' };
    const claims = { iss: issuer, sub: 'execution:1', aud: AUDIENCE, iat: now, nbf: now, exp: now + 3_600 };
    const withClaims = (more: object) => signer.token(header, { ...claims, ...more });
    const withHeader = (more: object) => signer.token({ ...header, ...more }, claims);
    const good = withClaims({});
    return {
      good,
      'with several audiences': withClaims({ aud: ['other', AUDIENCE] }),
      'four minutes early': withClaims({ iat: now + 240, nbf: now + 240 }),
      'six minutes early': withClaims({ nbf: now + 360 }),
      'expired by a second': withClaims({ iat: now - 60, nbf: now - 60, exp: now - 1 }),
      'without exp': withClaims({ exp: undefined }),
      'without sub': withClaims({ sub: undefined }),
      'without aud': withClaims({ aud: undefined }),
      'for someone else': withClaims({ aud: 'other' }),
      'of another issuer': withClaims({ iss: `${daemon.baseUrl}/issuers/default` }),
      'with a slash behind its issuer': withClaims({ iss: `${issuer}/` }),
      'without kid': withHeader({ kid: undefined }),
      'with an unknown kid': withHeader({ kid: 'unknown' }),
      'of another type': withHeader({ typ: 'at+jwt' }),
      'with an extension': withHeader({ crit: ['exp'] }),
      'with another algorithm': withHeader({ alg: 'PS256' }),
      'without a signature': leaveUnsigned(header, claims),
      'with a shared secret': confuseAlgorithm(header, claims, signer.publicKey),
      'with another payload': tamperPayload(good),
      'with another signature': tamperSignature(good),
      'with white space': `${good} x`,
    };
  };

  it('SP-61: agree on every token of a corpus, over HTTP, over WebSocket and with or without a daemon', async () => {
    const live = await connectLive(daemon);
    const expected: Expectation & Record<string, unknown> = {
      ...{ issuer, audience: AUDIENCE, algorithms: ['RS256'] },
      ...{ earlyLeewaySeconds: 300, kidRequired: true },
    };
    for (const [what, token] of Object.entries(makeCorpus(Math.floor(Date.now() / 1_000)))) {
      const overHttp = await verify(daemon, token, expected);
      const overSocket = await live.request<Verdict>('verify', { token, expect: expected });
      const args = ['--url', issuer, '--audience', AUDIENCE, '--json'];
      const byCli = await Promise.all(
        [daemon.home, elsewhere.home].map((home) => verifyBy(args, { SUPERPLANE_OIDC_TOKEN: token }, home)),
      );
      const verdicts = [overHttp, overSocket, ...byCli.map(({ stdout }) => JSON.parse(stdout) as Verdict)];
      const { status, reason } = overHttp;
      expect({ what, verdicts: verdicts.map((one) => [one.status, one.reason]) }).toEqual({
        what,
        verdicts: verdicts.map(() => [status, reason]),
      });
      expect(byCli.map(({ code }) => code)).toEqual(byCli.map(() => (status === 'accepted' ? 0 : 1)));
    }
    await live.close();
  });
});

describe('the issuer of execution tokens', () => {
  it('SP-21: answers nothing but GET and HEAD', async () => {
    for (const path of ['openid-configuration', 'jwks.json']) {
      const answers = await Promise.all(
        ['POST', 'PUT', 'DELETE', 'GET'].map((method) => ask(`${issuer}/.well-known/${path}`, { method })),
      );
      expect(answers.map(({ status }) => status)).toEqual([405, 405, 405, 200]);
    }
  });

  it('SP-53: has no endpoint that verifies', async () => {
    for (const base of [issuer, daemon.baseUrl]) {
      const path = `${base}/api/v1/oidc/verify`;
      const headers = { 'content-type': 'application/json' };
      expect((await ask(path, { method: 'POST', headers, body: '{"token":"x"}' })).status).toBe(404);
    }
  });
});

describe('a directory of keys', () => {
  const place = makeHome();
  const keys = join(place.parent, 'keys');
  afterAll(place.remove);

  const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const makeRsaPem = (): string => pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
  const write = (name: string, text: string): void => writeFileSync(join(keys, name), text, { mode: 0o600 });
  const kidsOf = async (running: Daemon): Promise<string[]> =>
    (await fetchJwks(`${running.baseUrl}/issuers/superplane`)).keys.map(({ kid }) => String(kid));
  const serve = (path: string): Promise<Outcome> => {
    const env = { ...cleanEnvironment(place.home), OIDC_KEYS_PATH: path };
    return run(NODE, [BUNDLE, 'serve', '--port', '0', '--home', place.home], { env }).done;
  };

  it('SP-26: without a key, or named by nothing, keeps serve from starting', async () => {
    mkdirSync(keys);
    const empty = await serve(keys);
    expect(empty.code).not.toBe(0);
    expect(empty.stderr).toContain(`no OIDC keys found in ${keys}`);
    const unset = await serve('');
    expect(unset.code).not.toBe(0);
    expect(unset.stderr).toContain('OIDC_KEYS_PATH must be set');
  });

  it('SP-24, SP-27: with a key that cannot be, or one twice, keeps serve from starting', async () => {
    const one = makeRsaPem();
    write('100.pem', one);
    write('200.pem', pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey));
    expect((await serve(keys)).stderr).toContain('unsupported private key type');
    write('200.pem', one);
    const twice = await serve(keys);
    expect(twice.code).not.toBe(0);
    expect(twice.stderr).toContain('duplicate key');
    expect(twice.stdout + twice.stderr).not.toContain(one.split('\n')[1]);
  });

  it('SP-23, SP-25, SP-28: lets serve sign with the last one, and old tokens verify after a newer one came', async () => {
    write('200.pem', makeRsaPem());
    mkdirSync(join(keys, '300.pem'));
    const env = { OIDC_KEYS_PATH: keys };
    const before = await startDaemon({ home: place.home, env });
    const old = await mint(before, 'superplane', { audience: AUDIENCE });
    const kids = await kidsOf(before);
    expect(kids).toHaveLength(2);
    expect(kids[0]).toBe(old.kid);
    const { port } = before;
    await before.terminate();

    writeFileSync(join(place.parent, 'newer.pem'), makeRsaPem(), { mode: 0o600 });
    symlinkSync(join(place.parent, 'newer.pem'), join(keys, '400.pem'));
    const after = await startDaemon({ home: place.home, env, port });
    const fresh = await mint(after, 'superplane', { audience: AUDIENCE });
    expect(fresh.kid).not.toBe(old.kid);
    expect(await kidsOf(after)).toEqual([fresh.kid, ...kids]);
    for (const { token } of [old, fresh]) {
      const args = ['oidc', 'verify', '--url', `${after.baseUrl}/issuers/superplane`, '--audience', AUDIENCE];
      expect((await after.cli(args, { env: { SUPERPLANE_OIDC_TOKEN: token } })).code).toBe(0);
    }

    const again = await after.cli(['keys', 'import', '--issuer', 'superplane', '--directory', keys, '--json']);
    expect(again.code).toBe(0);
    const { items } = JSON.parse(again.stdout) as { items: Key[] };
    expect(items.map(({ state }) => state)).toEqual(['retiring', 'retiring', 'active']);
    expect(await kidsOf(after)).toEqual([fresh.kid, ...kids]);
    const unnamed = await after.cli(['keys', 'import', '--issuer', 'superplane', '--directory']);
    expect(unnamed).toMatchObject({ code: 2, stderr: 'mintmark: OIDC_KEYS_PATH must be set\n' });
    await after.terminate();
  });
});
