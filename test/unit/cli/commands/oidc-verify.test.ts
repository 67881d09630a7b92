import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../../../../daemon/cli/run-cli.ts';
import { forgeHmac, forgeToken, forgeUnsigned, makeKey, type RawPart } from '../../../support/forge.ts';
import { createTestIo } from '../test-io.ts';
import { describeExecution } from './describe-execution.ts';

/** What the time of `createTestIo` is, in seconds. */
const NOW = 1_800_000_000;
const REFUSED = { code: 1, stdout: '', stderr: 'token verification failed\n' };

const key = makeKey('RS256', 'signer');
const elliptic = makeKey('ES256', 'curve');
const stranger = makeKey('RS256', key.kid);

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}

let home: string;
let server: Server;
let issuer: string;
/** What the issuer is asked for. */
let asked: string[];
/** What it answers instead, by path. */
let answers: Record<string, Answer>;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'mintmark-'));
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const path = request.url ?? '';
    const { status = 200, body = documentAt(path) } = answers[path] ?? {};
    response.writeHead(body === undefined ? 404 : status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/issuers/superplane`;
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  asked = [];
  answers = {};
});

const DISCOVERY = '/issuers/superplane/.well-known/openid-configuration';
const JWKS = '/issuers/superplane/.well-known/jwks.json';

function documentAt(path: string): unknown {
  if (path === DISCOVERY) return { issuer, jwks_uri: `${issuer}/.well-known/jwks.json` };
  return path === JWKS ? { keys: [key.jwk, elliptic.jwk] } : undefined;
}

const claimsOf = (change: Record<string, unknown> = {}) => ({ ...describeExecution(issuer, NOW), ...change });
const mint = (change?: Record<string, unknown>, header?: RawPart): string => forgeToken(key, claimsOf(change), header);

async function run(argv: readonly string[], env: Record<string, string> = {}) {
  const io = createTestIo({ env: { HOME: home, ...env } });
  const code = await runCli(['oidc', 'verify', '--home', home, ...argv], io);
  return { code, stdout: io.stdoutText(), stderr: io.stderrText() };
}
const verify = (token: string, ...more: string[]) =>
  run(['--url', issuer, '--audience', 'semaphore', '--token', token, ...more]);

describe('a good token', () => {
  test('SP-49: is told in two words', async () => {
    expect(await verify(mint())).toEqual({ code: 0, stdout: 'Token verified\n', stderr: '' });
  });

  test('SP-49: has its claims printed as JSON and as YAML', async () => {
    const token = mint({ note: 'no\nyes: "1"', spoof: '\u202egnp' });
    const claims = claimsOf({ note: 'no\nyes: "1"', spoof: '\u202egnp' });
    const json = await verify(token, '-o', 'json');
    expect({ code: json.code, claims: JSON.parse(json.stdout) }).toEqual({ code: 0, claims });
    const yaml = await verify(token, '-o', 'yaml');
    expect({ code: yaml.code, claims: parse(yaml.stdout) }).toEqual({ code: 0, claims });
    for (const { stdout } of [json, yaml]) expect(stdout).not.toContain('\u202e');
    expect((await verify(token, '-o', 'text')).stdout).toBe('Token verified\n');
    expect(await verify(token, '-o', 'xml')).toMatchObject({ code: 2, stdout: '' });
  });

  test('has its verdict printed with --json', async () => {
    const { code, stdout } = await verify(mint(), '--json');
    expect({ code, verdict: JSON.parse(stdout) }).toMatchObject({ code: 0, verdict: { status: 'accepted' } });
    expect((await verify(mint(), '--json', '-o', 'json')).code).toBe(2);
  });

  test('SP-30: takes discovery and key set, and nothing else', async () => {
    await verify(mint());
    expect(asked).toEqual([`GET ${DISCOVERY}`, `GET ${JWKS}`]);
  });

  test('SP-35: may be looked for at a URL with slashes behind it', async () => {
    expect((await verify(mint(), '--url', `${issuer}//`)).code).toBe(0);
  });

  test('SP-44: may come from a clock that is five minutes ahead', async () => {
    expect((await verify(mint({ nbf: NOW + 300, iat: NOW + 300 }))).code).toBe(0);
  });
});

describe('a refusal', () => {
  const refusals: [string, () => string, string[]][] = [
    ['SP-40: a wrong signature', () => forgeToken(stranger, claimsOf()), []],
    ['SP-40: a pin that does not hold', () => mint(), ['--claim', 'ref=refs/heads/other']],
    ['SP-41: an unknown key', () => mint({}, { kid: 'unknown' }), []],
    ['SP-41: a tampered header', () => mint().replace(/^./, 'f'), []],
    ['SP-41: a tampered payload', () => mint().replace(/\../, '.f'), []],
    ['SP-41: a tampered signature', () => mint().replace(/.(?=.$)/, (one) => (one === 'A' ? 'B' : 'A')), []],
    ['SP-42: another issuer with the same key', () => mint({ iss: `${issuer}2` }), []],
    ['SP-43: another audience', () => mint({ aud: 'superplane-ci' }), []],
    ['SP-44: an expired token, by a second', () => mint({ exp: NOW }), []],
    ['SP-44: a token of more than five minutes ahead', () => mint({ nbf: NOW + 301 }), []],
    ['SP-47: another algorithm of the same issuer', () => forgeToken(elliptic, claimsOf()), []],
    [
      'SP-47: a secret made of the public key',
      () => forgeHmac(JSON.stringify(key.jwk), claimsOf(), { kid: key.kid }),
      [],
    ],
    ['SP-47: no signature', () => forgeUnsigned({ alg: 'none', kid: key.kid }, claimsOf()), []],
    ['SP-48: no kid', () => mint({}, { kid: undefined }), []],
    ['no token at all', () => 'hello', []],
  ];

  test.each(refusals)('%s says nothing but that', async (_, token, argv) => {
    expect(await verify(token(), ...argv)).toEqual(REFUSED);
  });

  test('SP-45: of a discovery document of another issuer says nothing but that', async () => {
    answers[DISCOVERY] = { body: { issuer: `${issuer}2`, jwks_uri: `${issuer}/.well-known/jwks.json` } };
    expect(await verify(mint())).toEqual(REFUSED);
  });

  test('SP-40: is explained on stderr with -v, with what was expected and what was there', async () => {
    const { code, stdout, stderr } = await verify(mint(), '-v', '-o', 'json', '--ref', 'refs/heads/other');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^✓ signature /m);
    const told = 'expected claim ref to be refs/heads/other, got refs/heads/main';
    expect(stderr).toMatch(new RegExp(`\ntoken verification failed: ${told}\n$`));
    expect((await verify(mint({ exp: NOW - 1 }), '--explain')).stderr).toMatch(
      /\ntoken verification failed: .*expired/,
    );
  });

  test('shows no token, whatever is asked for', async () => {
    const token = mint({ aud: 'other' });
    for (const more of [[], ['-v'], ['--json']]) {
      const { stdout, stderr } = await verify(token, ...more);
      expect(stdout + stderr).not.toContain(token.split('.')[2]);
    }
  });
});

describe('a pin', () => {
  const FLAGS: [string, string][] = [
    ['--org-id', 'org'],
    ['--canvas-id', 'canvas'],
    ['--node-id', 'node'],
    ['--component', 'semaphore.runWorkflow'],
    ['--project-id', 'project'],
    ['--pipeline-file', '.semaphore/deploy.yml'],
    ['--ref', 'refs/heads/main'],
    ['--commit-sha', 'c0ffee'],
  ];
  test.each(FLAGS)('SP-31, SP-32: by %s', async (flag, value) => {
    expect((await verify(mint(), flag, value)).code).toBe(0);
    expect(await verify(mint(), flag, `${value}x`)).toEqual(REFUSED);
  });

  test.each<[string, Record<string, unknown>, string[], number]>([
    ['divides at the first =', { ref: 'a=b' }, ['ref=a=b'], 0],
    ['may have spaces in its value, which count', { ref: ' a b ' }, ['ref= a b '], 0],
    ['may have spaces around its key, which do not', { ref: 'a' }, [' ref =a'], 0],
    ['that is blank is skipped', {}, ['', ' '], 0],
    ['that is repeated counts as it is last', { ref: 'b' }, ['ref=a', 'ref=b'], 0],
    ['that is repeated does not count as it was first', { ref: 'a' }, ['ref=a', 'ref=b'], 1],
    ['of several claims holds for all', { ref: 'a', node_id: 'b' }, ['ref=a', 'node_id=c'], 1],
  ])('SP-33: %s', async (_, change, claims, code) => {
    expect((await verify(mint(change), ...claims.flatMap((claim) => ['--claim', claim]))).code).toBe(code);
  });

  test.each<[string, string, unknown, number]>([
    ['a number', String(NOW + 3_595), NOW + 3_595, 0],
    ['another number', '1', NOW + 3_595, 1],
    ['a truth', 'true', true, 0],
    ['a list', '["a","b"]', ['a', 'b'], 0],
    ['an object', '{"a":1}', { a: 1 }, 0],
    ['nothing', '', null, 0],
    ['no such claim', '', undefined, 0],
    ['no such claim, where there should be one', 'x', undefined, 1],
  ])('SP-52: is compared as text with %s', async (_, expected, actual, code) => {
    expect((await verify(mint({ seen: actual }), '--claim', `seen=${expected}`)).code).toBe(code);
  });

  test('SP-52: reads exp as a number of seconds', async () => {
    expect((await verify(mint(), '--claim', `exp=${NOW + 3_595}`)).code).toBe(0);
  });

  test('takes no claim from what every object has', async () => {
    expect((await verify(mint(), '--claim', 'toString=')).code).toBe(0);
    expect(await verify(mint(), '--claim', 'constructor=x')).toEqual(REFUSED);
  });

  test('of a flag goes before one of --claim', async () => {
    expect((await verify(mint(), '--claim', 'ref=other', '--ref', 'refs/heads/main')).code).toBe(0);
  });

  const braced = ['{REF}', '{{ github.ref }}'].map((name) => `$${name}`);
  test.each(['', ' ', '$REF', '%REF%', ...braced, `refs/heads/${braced[0]}`])(
    'to %j is warned about, and nothing is said of it with --json',
    async (value) => {
      const { stderr } = await verify(mint(), '--ref', value);
      expect(stderr).toMatch(/^mintmark: warning: .*ref.* literal\n/);
      expect((await verify(mint(), '--ref', value, '--json')).stderr).toBe('');
    },
  );

  test.each([[['']], [[' ']], [['', '\t']]])(
    'by %j are skipped with one warning, and none with --json',
    async (blank) => {
      const words = blank.flatMap((claim) => ['--claim', claim]);
      const { code, stderr } = await verify(mint(), ...words);
      expect(code).toBe(0);
      expect(stderr).toMatch(/^mintmark: warning: a --claim that is empty pins nothing[^\n]*\n$/);
      expect(await verify(mint(), ...words, '--json')).toMatchObject({ code: 0, stderr: '' });
    },
  );

  test.each(['refs/heads/50%', 'a$', '100%25', 'price $5'])('to %j is not', async (value) => {
    expect((await verify(mint({ ref: value }), '--ref', value)).stderr).toBe('');
  });
});

describe('before the network is asked', () => {
  const TOKEN_MISSING = 'token is required (use --token or SUPERPLANE_OIDC_ASSERTION)\n';

  test.each<[string, string[], string]>([
    ['SP-37, SP-39: the token', ['--claim', 'foo'], TOKEN_MISSING],
    ['SP-38, SP-39: the audience', ['--token', 'x', '--claim', 'foo'], 'audience is required (use --audience)\n'],
    ['SP-38: an audience', ['--token', 'x', '--audience', ''], 'audience is required (use --audience)\n'],
    [
      'SP-34: a claim that pins',
      ['--token', 'x', '--audience', 'a', '--claim', 'foo'],
      'invalid claim "foo" (expected key=value)\n',
    ],
    [
      'SP-34: a claim with a name',
      ['--token', 'x', '--audience', 'a', '--claim', ' =foo'],
      'invalid claim " =foo" (expected key=value)\n',
    ],
  ])('%s must be there', async (_, argv, stderr) => {
    expect(await run(['--url', issuer, ...argv])).toEqual({ code: 1, stdout: '', stderr });
    expect(asked).toEqual([]);
  });

  test('SP-36: an empty --token is a missing one, whatever the environment has', async () => {
    const argv = ['--url', issuer, '--audience', 'semaphore', '--token', ''];
    expect(await run(argv, { SUPERPLANE_OIDC_TOKEN: mint() })).toMatchObject({ code: 1, stderr: TOKEN_MISSING });
  });

  test('such a fault is one JSON value with --json', async () => {
    const { code, stdout, stderr } = await run(['--url', issuer, '--json']);
    expect({ code, stdout, error: JSON.parse(stderr) }).toEqual({
      code: 1,
      stdout: '',
      error: { error: { code: 'usage', message: TOKEN_MISSING.trimEnd() } },
    });
  });

  test.each([
    [['foo']],
    [['--frobnicate']],
    [['--url', 'http://superplane.example']],
    [['--url', 'superplane']],
    [['--url', '']],
  ])('SP-50: %j is wrong usage, exit 2', async (argv) => {
    expect(await run(['--token', 'x', '--audience', 'a', ...argv])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('the token', () => {
  const argv = (): string[] => ['--url', issuer, '--audience', 'semaphore'];

  test('SP-2, SP-36: is found in the environment, under the older name first', async () => {
    expect((await run(argv(), { SUPERPLANE_OIDC_ASSERTION: mint() })).code).toBe(0);
    expect((await run(argv(), { SUPERPLANE_OIDC_ASSERTION: 'x', SUPERPLANE_OIDC_TOKEN: mint() })).code).toBe(0);
    expect((await run(argv(), { SUPERPLANE_OIDC_ASSERTION: mint(), SUPERPLANE_OIDC_TOKEN: 'x' })).code).toBe(1);
  });

  test('SP-36: of --token goes before both', async () => {
    expect((await run([...argv(), '--token', mint()], { SUPERPLANE_OIDC_TOKEN: 'x' })).code).toBe(0);
  });

  test('may come on standard input', async () => {
    const io = createTestIo({ stdin: `${mint()}\n` });
    expect(await runCli(['oidc', 'verify', '--home', home, ...argv(), '--token', '-'], io)).toBe(0);
  });
});

describe('the installation', () => {
  const BOTH = 'SUPERPLANE_URL and SUPERPLANE_TOKEN must both be set to use environment CLI authentication\n';
  const good = (): string[] => ['--audience', 'semaphore', '--token', mint()];
  const writeConfig = (name: string, current: string): string => {
    const path = join(home, name);
    const contexts = [
      { url: 'https://elsewhere.example', organization: 'acme', apiToken: 'secret' },
      { url: `${issuer}/`, organization: 'Acme', organizationId: '42', apiToken: 'secret' },
    ];
    writeFileSync(path, JSON.stringify({ currentContext: current, contexts, output: 'text' }));
    return path;
  };

  test.each([
    [{ SUPERPLANE_URL: 'https://superplane.example' }],
    [{ SUPERPLANE_TOKEN: 'api' }],
    [{ SUPERPLANE_URL: 'https://superplane.example', SUPERPLANE_TOKEN: '' }],
    [{ SUPERPLANE_URL: '', SUPERPLANE_TOKEN: 'api' }],
  ])('SP-51: half named by %j is a fault before every other', async (env) => {
    expect(await run([], env)).toEqual({ code: 1, stdout: '', stderr: BOTH });
    expect(await run([...good(), '--url', issuer], env)).toEqual({ code: 1, stdout: '', stderr: BOTH });
  });

  test('SP-35: is that of the environment when it is named there', async () => {
    expect((await run(good(), { SUPERPLANE_URL: `${issuer}/`, SUPERPLANE_TOKEN: 'api' })).code).toBe(0);
  });

  test('SP-35: is that of the current context', async () => {
    expect((await run([...good(), '--config', writeConfig('named.yaml', `${issuer}/42`)])).code).toBe(0);
    writeConfig('.superplane.yaml', `${issuer}/42`);
    expect((await run(good())).code).toBe(0);
  });

  test.each([
    ['is not there', 'none.yaml', undefined],
    ['is no YAML', 'bad.yaml', 'apiToken: [secret'],
  ])('cannot be read from a configuration file that %s, of which nothing is shown', async (_, name, text) => {
    const path = join(home, name);
    if (text !== undefined) writeFileSync(path, text);
    const { code, stderr } = await run([...good(), '--config', path]);
    expect(code).toBe(2);
    expect(stderr).not.toContain('secret');
  });
});

describe('an issuer', () => {
  test.each<[string, Answer, string]>([
    ['that has no discovery', { status: 404, body: '{}' }, 'unexpected status 404 Not Found'],
    ['that is not well', { status: 503, body: '{}' }, 'unexpected status 503 Service Unavailable'],
  ])('SP-46: %s is told with its status', async (_, answer, told) => {
    answers[DISCOVERY] = answer;
    const stderr = `fetch OIDC discovery document: ${told}\n`;
    expect(await verify(mint())).toEqual({ code: 1, stdout: '', stderr });
  });

  test.each([[{}], [{ issuer: '' }], [{ issuer: ' ' }]])('SP-46: that says of itself only %j is told', async (body) => {
    answers[DISCOVERY] = { body };
    const stderr = 'OIDC discovery document is missing issuer\n';
    expect(await verify(mint())).toEqual({ code: 1, stdout: '', stderr });
  });

  test.each<[string, () => void, string]>([
    ['has no keys to give', () => (answers[JWKS] = { status: 500, body: '{}' }), 'keys_unavailable'],
    ['does not speak', () => (issuer = 'http://127.0.0.1:9/issuers/superplane'), 'issuer_unreachable'],
  ])('that %s leaves the token undecided, exit 3', async (_, arrange, reason) => {
    const before = issuer;
    arrange();
    expect(await verify(mint())).toEqual({ code: 3, stdout: '', stderr: `could not decide: ${reason}\n` });
    issuer = before;
  });

  test('of our own daemon is not asked while that daemon is away', async () => {
    const own = mkdtempSync(join(tmpdir(), 'mintmark-'));
    writeFileSync(join(own, 'base-url'), new URL(issuer).origin, { mode: 0o600 });
    const { code, stderr } = await verify(mint(), '--home', own);
    rmSync(own, { recursive: true });
    expect(code).toBe(3);
    expect(stderr).toMatch(/could not decide: issuer_unreachable\n$/);
    expect(asked).toEqual([]);
  });
});
