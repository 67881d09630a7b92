import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIssuer, type Daemon, expectStatus, fetchJwks, mint, startDaemon, verify } from '../support/daemon.ts';
import { connectLive, type Live, watchToken } from '../support/live.ts';
import { confuseAlgorithm, encodePart, leaveUnsigned, makeSigner, type Signer } from '../support/signer.ts';
import { tamperPayload, tamperSignature } from '../support/tampering.ts';
import { CHECK_ORDER, type Expectation, type Key, type Problem, type Verdict } from '../support/wire.ts';

const AUDIENCE = 'https://api.example.test';
/** The corpus by fourths, where each token costs a process: no test takes minutes on a slow machine. */
const PARTS = [0, 1, 2, 3];

interface Case {
  what: string;
  token: string;
  expectation: Expectation;
  status: Verdict['status'];
  /** Code of the first failure; several where the order in which they are looked for is nobody's business. */
  reason: string | null | string[];
}

let daemon: Daemon;
let other: Daemon;
let live: Live;
let signer: Signer;
let kid: string;
let issuer: string;
let corpus: Case[];
/** Counts whoever follows a URL that a token carries. */
let canary: Server;
let canaryHits = 0;
let files: string;

beforeAll(async () => {
  daemon = await startDaemon();
  other = await startDaemon();
  live = await connectLive(daemon);
  files = mkdtempSync(join(tmpdir(), 'mintmark-verify-'));
  canary = createServer((_request, response) => {
    canaryHits += 1;
    response.end('{"keys":[]}');
  });
  canary.on('connection', () => {
    canaryHits += 1;
  });
  await new Promise<void>((listening) => canary.listen(0, '127.0.0.1', listening));

  signer = makeSigner('RS256');
  const created = await createIssuer(daemon, 'judged', { alg: 'RS256' });
  issuer = created.url;
  const pem = signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const imported = await daemon.control('POST', '/issuers/judged/keys/import', { pem, alg: 'RS256', activate: true });
  ({ kid } = expectStatus<Key>(imported, 201));
  corpus = await makeCorpus();
});
afterAll(async () => {
  await live.close();
  canary.close();
  await Promise.all([daemon.stop(), other.stop()]);
  rmSync(files, { recursive: true, force: true });
});

/** What the issuer under test would say, and every way in which a forger may depart from it. */
async function makeCorpus(): Promise<Case[]> {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'RS256', kid, typ: 'JWT' };
  const claims = { iss: issuer, sub: 'repo:acme/shop', aud: AUDIENCE, iat: now - 5, nbf: now - 5, exp: now + 3600 };
  const expectation: Expectation = { issuer, audience: AUDIENCE };
  const canaryUrl = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/jwks.json`;
  const stranger = makeSigner('RS256');
  const strangerJwk = { ...stranger.publicKey.export({ format: 'jwk' }), kid: 'stranger' };
  const good = signer.token(header, claims);
  const minted = await mint(daemon, 'judged', { audience: [AUDIENCE, 'second'] });
  const elsewhere = await mint(daemon, 'default', { audience: AUDIENCE });

  const accepted = (what: string, token: string, more: Expectation = {}): Case => ({
    what,
    token,
    expectation: { ...expectation, ...more },
    status: 'accepted',
    reason: null,
  });
  const refused = (what: string, reason: string | string[], token: string, more: Expectation = {}): Case => ({
    what,
    token,
    expectation: { ...expectation, ...more },
    status: 'refused',
    reason,
  });
  const withClaims = (more: object): string => signer.token(header, { ...claims, ...more });
  const withHeader = (more: object): string => signer.token({ ...header, ...more }, claims);
  const twice = JSON.stringify(claims).replace('{', '{"sub":"root",');

  return [
    accepted('as minted', minted.token),
    accepted('as signed with the imported key', good),
    accepted('with a pinned claim that is there', withClaims({ run: 7 }), { claims: { run: '7' } }),
    accepted('with a required claim that says no', withClaims({ debug: false }), { requiredClaims: ['debug'] }),
    accepted('with a jwk in its header that is not the key', withHeader({ jwk: strangerJwk })),
    refused('with another subject under the signature', 'signature_invalid', tamperPayload(good)),
    refused('with a changed signature', 'signature_invalid', tamperSignature(good)),
    refused('of a stranger under the known kid', 'signature_invalid', stranger.token(header, claims)),
    refused(
      'of a stranger whose key is in the header',
      'kid_unknown',
      stranger.token({ alg: 'RS256', kid: 'stranger', jwk: strangerJwk }, claims),
    ),
    refused(
      'of a stranger whose keys are at a URL in the header',
      'kid_unknown',
      stranger.token({ alg: 'RS256', kid: 'stranger', jku: canaryUrl, x5u: canaryUrl }, claims),
    ),
    refused('that says it is unsigned', 'alg_not_allowed', leaveUnsigned(header, claims)),
    refused('that says so in capitals', ['alg_invalid', 'alg_not_allowed'], leaveUnsigned(header, claims, 'NONE')),
    refused(
      'keyed with the public key as a secret',
      'alg_not_allowed',
      confuseAlgorithm(header, claims, signer.publicKey),
    ),
    refused('with an algorithm that is not the key’s', 'alg_key_mismatch', withHeader({ alg: 'PS256' })),
    refused('with a kid that nobody knows', 'kid_unknown', withHeader({ kid: '../../dev/null' })),
    refused('with a kid that is no text', 'kid_invalid', withHeader({ kid: 7 })),
    refused('with an extension that must be understood', 'crit', withHeader({ crit: ['exp'], exp: 1 })),
    refused('with an unencoded payload', 'crit', withHeader({ b64: false })),
    refused('expired', 'expired', withClaims({ iat: now - 120, nbf: now - 120, exp: now - 60 })),
    refused('not valid yet', 'not_yet_valid', withClaims({ nbf: now + 3000 })),
    refused('issued tomorrow', 'iat_future', withClaims({ iat: now + 3000, nbf: now - 5 })),
    refused('that never expires', 'exp_missing', withClaims({ exp: undefined })),
    refused('that expires in the year 58,000', 'exp_range', withClaims({ exp: (now + 3600) * 1000 })),
    refused(
      'that expires at infinity',
      ['format', 'exp_range'],
      signer.token(header, JSON.stringify(claims).replace(String(claims.exp), '1e999')),
    ),
    refused('that lives for a week', 'lifetime', withClaims({ exp: now + 604_800 })),
    refused('for another audience', 'aud_mismatch', withClaims({ aud: 'https://other.test' })),
    refused('for nobody', 'aud_missing', withClaims({ aud: undefined })),
    refused('of another issuer of the same daemon', ['kid_unknown', 'iss_mismatch'], elsewhere.token),
    refused('with a slash after the issuer', 'iss_mismatch', withClaims({ iss: `${issuer}/` })),
    refused('without an issuer', 'iss_missing', withClaims({ iss: undefined })),
    refused('of another type', 'typ_mismatch', withHeader({ typ: 'logout+jwt' })),
    refused('without a pinned claim', 'claim_missing', good, { claims: { environment: 'prod' } }),
    refused('with a pinned claim of another value', 'claim_mismatch', withClaims({ environment: 'dev' }), {
      claims: { environment: 'prod' },
    }),
    refused('without a required claim', 'claim_missing', good, { requiredClaims: ['sub', 'environment'] }),
    refused('with a required claim that is empty', 'claim_missing', withClaims({ environment: '' }), {
      requiredClaims: ['environment'],
    }),
    refused('with a claim twice', 'duplicate_key', signer.token(header, twice)),
    refused('whose payload is a list', 'payload_not_object', signer.token(header, '[]')),
    refused('padded', 'charset', `${good}=`),
    refused('with a blank inside', 'charset', good.replace('.', ' .')),
    refused('in four parts', 'format', `${good}.x`),
    refused('encrypted, by its five parts', 'not_signed', `${encodePart({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`),
    refused('of 20,000 characters', 'too_large', withClaims({ long: 'x'.repeat(20_000) })),
    refused('that is empty', 'format', ''),
  ];
}

const gist = ({ status, reason, checks }: Verdict) => ({
  status,
  reason,
  checks: checks.map(({ name, outcome, code }) => ({ name, outcome, code })),
});
const verdictByCli = async (args: readonly string[], token: string): Promise<Verdict> => {
  const { stdout } = await daemon.cli(['verify', '-', '--json', ...args], { input: token });
  return JSON.parse(stdout) as Verdict;
};
const listPart = (part: number): Case[] => corpus.filter((_, index) => index % PARTS.length === part);
const flagsOf = (expectation: Expectation): string[] => [
  ...['--audience', AUDIENCE],
  ...Object.entries(expectation.claims ?? {}).flatMap(([name, value]) => ['--claim', `${name}=${String(value)}`]),
  ...(expectation.requiredClaims ?? []).flatMap((name) => ['--require-claim', name]),
];

describe('a verdict', () => {
  it('of every token of the corpus names the first failure, and all twelve checks in order', async () => {
    for (const { what, token, expectation, status, reason } of corpus) {
      const verdict = await verify(daemon, token, expectation);
      expect({ what, status: verdict.status }).toEqual({ what, status });
      expect([reason].flat(), what).toContain(verdict.reason);
      expect(verdict.checks.map(({ name }) => name)).toEqual(CHECK_ORDER);
      expect(verdict.checks.find(({ outcome }) => outcome === 'fail')?.code ?? null).toBe(verdict.reason);
      for (const { outcome, code } of verdict.checks) expect(code === null, what).toBe(outcome !== 'fail');
    }
  });

  it.each(PARTS)('is the same over HTTP, over WebSocket, and from the command line, part %i', async (part) => {
    for (const { what, token, expectation } of listPart(part)) {
      const overHttp = gist(await verify(daemon, token, expectation));
      const asked = await live.request<Verdict>('verify', { token, expect: expectation });
      const watched = await watchToken(live, token, expectation);
      await live.request('verify.unwatch', { watchId: watched.watchId });
      const byCli = await verdictByCli(['--url', issuer, ...flagsOf(expectation)], token);
      expect({ what, ...gist(asked) }).toEqual({ what, ...overHttp });
      expect({ what, ...gist(watched.verdict) }).toEqual({ what, ...overHttp });
      expect({ what, ...gist(byCli) }).toEqual({ what, ...overHttp });
    }
  });

  it.each(PARTS)('is the same from supplied keys in the daemon and in a command without one, part %i', async (part) => {
    const keys = await fetchJwks(issuer);
    const path = join(files, 'jwks.json');
    writeFileSync(path, JSON.stringify(keys));
    // Without a daemon of its own the command decides alone; what was revoked is all that it cannot know.
    const alone = ['--home', join(files, 'nobody'), '--url', issuer, '--jwks', path];
    const known = (verdict: Verdict) => gist({ ...verdict, checks: verdict.checks.slice(0, -1) });
    for (const { what, token, expectation } of listPart(part)) {
      const overHttp = await verify(daemon, token, expectation, keys);
      const byCli = await verdictByCli([...alone, ...flagsOf(expectation)], token);
      expect({ what, ...known(byCli) }).toEqual({ what, ...known(overHttp) });
      expect(byCli.checks.at(-1)).toMatchObject({ name: 'revocation', outcome: 'skip' });
      expect(['supplied-keys', 'none']).toContain(overHttp.provenance);
    }
  });

  it('follows no URL that a token carries', () => {
    expect(canaryHits).toBe(0);
  });

  it('shows header and claims as data, when and until when it holds, and who vouched for the key', async () => {
    const minted = await mint(daemon, 'judged', { audience: AUDIENCE });
    const verdict = await verify(daemon, minted.token, { issuer, audience: AUDIENCE });
    expect(verdict).toMatchObject({
      status: 'accepted',
      provenance: 'local-issuer',
      header: minted.header,
      claims: minted.claims,
      issuer,
      kid: minted.kid,
      jti: minted.jti,
    });
    expect(Date.parse(verdict.expiresAt ?? '')).toBe(minted.claims.exp * 1000);
    expect(Date.parse(verdict.changesAt ?? '')).toBe(minted.claims.exp * 1000);
  });

  it('shows every failure at once', async () => {
    const now = Math.floor(Date.now() / 1000);
    const token = signer.token(
      { alg: 'RS256', kid, typ: 'other' },
      { iss: 'https://else.test', sub: 's', aud: 'b', iat: now - 100, exp: now - 10 },
    );
    const { checks } = await verify(daemon, token, { issuer, audience: AUDIENCE });
    const failed = checks.filter(({ outcome }) => outcome === 'fail').map(({ code }) => code);
    expect(failed).toEqual(expect.arrayContaining(['iss_mismatch', 'aud_mismatch', 'typ_mismatch', 'expired']));
  });

  it('never repeats the token or its signature', async () => {
    for (const { token, expectation } of corpus) {
      const { text } = await daemon.control('POST', '/verify', { token, expect: expectation });
      const signature = token.split('.')[2] ?? '';
      if (signature.length > 20) expect(text).not.toContain(signature);
    }
  });
});

describe('tokens of another daemon', () => {
  it('are verified by its discovery when it is the expected issuer', async () => {
    const { token } = await mint(other, 'default', { audience: AUDIENCE });
    const foreign = `${other.baseUrl}/issuers/default`;
    expect(await verify(daemon, token, { issuer: foreign, audience: AUDIENCE })).toMatchObject({
      status: 'accepted',
      provenance: 'trusted-issuer',
    });
    expect(await verify(daemon, tamperSignature(token), { issuer: foreign })).toMatchObject({
      status: 'refused',
      reason: 'signature_invalid',
    });
  });

  it('are refused, and nothing is fetched, when nobody said that it is trusted', async () => {
    const { token } = await mint(other, 'default', { audience: AUDIENCE });
    expect((await verify(daemon, token, { audience: AUDIENCE })).status).not.toBe('accepted');
    expect(await verify(daemon, token, { issuer, audience: AUDIENCE })).toMatchObject({ status: 'refused' });
    const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
    const lure = signer.token({ alg: 'RS256', kid }, { iss: url, sub: 's', exp: Math.floor(Date.now() / 1000) + 60 });
    expect((await verify(daemon, lure)).status).toBe('refused');
    expect(canaryHits).toBe(0);
  });

  it('are undecided, never refused, when it cannot be reached', async () => {
    const { token } = await mint(other, 'default');
    const lost = 'http://localhost:9/issuers/default';
    expect(await verify(daemon, token, { issuer: lost })).toMatchObject({
      status: 'undecided',
      reason: 'issuer_unreachable',
    });
  });

  it('are never looked for at an address that only machines inside have', async () => {
    const { token } = await mint(other, 'default');
    for (const url of [
      'http://169.254.169.254/',
      'https://169.254.169.254',
      'http://example.test',
      'ftp://localhost/',
    ]) {
      expect((await verify(daemon, token, { issuer: url })).status, url).not.toBe('accepted');
    }
  });
});

describe('supplied keys', () => {
  it('are the only ones that count', async () => {
    const minted = await mint(daemon, 'judged', { audience: AUDIENCE });
    const keys = await fetchJwks(issuer);
    expect(await verify(daemon, minted.token, { issuer, audience: AUDIENCE }, keys)).toMatchObject({
      status: 'accepted',
      provenance: 'supplied-keys',
    });
    const strange = await fetchJwks(`${daemon.baseUrl}/issuers/default`);
    expect(await verify(daemon, minted.token, { issuer, audience: AUDIENCE }, strange)).toMatchObject({
      status: 'refused',
      reason: 'kid_unknown',
    });
  });

  it('that are private or shared secrets are no public key set', async () => {
    const { token } = await mint(daemon, 'judged');
    const secret = { ...signer.privateKey.export({ format: 'jwk' }), kid };
    for (const keys of [{ keys: [secret] }, { keys: [{ kty: 'oct', k: 'c2VjcmV0', kid }] }]) {
      const answer = await daemon.control('POST', '/verify', { token, keys });
      if (answer.status === 200) expect(answer.json<Verdict>().status).toBe('refused');
      else
        expect({ status: answer.status, code: answer.json<Problem>().code }).toEqual({
          status: 400,
          code: 'mixed_key_set',
        });
    }
  });
});

describe('a request', () => {
  it.each([
    ['without a token', {}],
    ['with a token that is no text', { token: 7 }],
    ['with an expectation that nobody knows', { token: 'x', expect: { trust: true } }],
    ['with a leeway of an hour', { token: 'x', expect: { leewaySeconds: 3600 } }],
    ['with a negative leeway', { token: 'x', expect: { leewaySeconds: -1 } }],
    ['with no algorithm in its list', { token: 'x', expect: { algorithms: [] } }],
    ['with a required claim that has no name', { token: 'x', expect: { requiredClaims: [''] } }],
    ['with one required claim that is in no list', { token: 'x', expect: { requiredClaims: 'app' } }],
    ['with keys that are no key set', { token: 'x', keys: [] }],
  ])('%s is 400, not a verdict', async (_what, body) => {
    const answer = await daemon.control('POST', '/verify', body);
    expect({ status: answer.status, code: answer.json<Problem>().code }).toEqual({
      status: 400,
      code: 'invalid_request',
    });
  });

  it('cannot ask for an algorithm that proves nothing', async () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, sub: 's', iat: now, exp: now + 60 };
    for (const [token, alg] of [
      [leaveUnsigned({ kid }, claims), 'none'],
      [confuseAlgorithm({ kid }, claims, signer.publicKey), 'HS256'],
    ] as const) {
      const answer = await daemon.control('POST', '/verify', { token, expect: { issuer, algorithms: [alg] } });
      if (answer.status === 200)
        expect(answer.json<Verdict>()).toMatchObject({ status: 'refused', reason: 'alg_not_allowed' });
      else expect(answer.status).toBe(400);
    }
  });

  it('can narrow the algorithms', async () => {
    const { token } = await mint(daemon, 'judged');
    expect(await verify(daemon, token, { algorithms: ['ES256'] })).toMatchObject({
      status: 'refused',
      reason: 'alg_not_allowed',
    });
  });
});
