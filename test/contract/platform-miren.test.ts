import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, expectStatus, mint, setClock, startDaemon, verify } from '../support/daemon.ts';
import { type JobRunner, openJobRunner, readState, verifyByJose } from '../support/job.ts';
import { makeHome, NODE, run, runCli } from '../support/program.ts';
import { NO_TRACER } from '../support/system-calls.ts';
import { makeTemporaryDirectory } from '../support/temporary-directory.ts';
import { waitFor } from '../support/wait.ts';

const SLUG = 'miren';
const onLinux = it.runIf(process.platform === 'linux');

let daemon: Daemon;
let jobs: JobRunner;
beforeAll(async () => {
  daemon = await startDaemon({ args: ['--clock-control'] });
  jobs = openJobRunner(daemon);
  expectStatus(await daemon.control('GET', `/issuers/${SLUG}`), 200);
});
afterAll(() => daemon.stop());

interface Sandbox {
  readonly run: { readonly id: string };
  readonly requestToken: string;
  readonly variables: Record<string, string>;
  readonly files: readonly { readonly content: string; readonly mode: number }[];
}

const startSandbox = async (options: Record<string, string> = {}, at = daemon, slug = SLUG): Promise<Sandbox> =>
  expectStatus(
    await at.control('POST', `/issuers/${slug}/runs`, { runDirectory: '/runs/1', leaseSeconds: 600, options }),
    201,
  );

interface Asked {
  readonly from?: string;
  readonly query?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly authorization?: string;
}

/** What `curl --interface ADDRESS` does. */
function askToken(sandbox: Pick<Sandbox, 'variables'>, asked: Asked = {}): Promise<{ status: number; body: unknown }> {
  const { from = '127.0.0.1', query = '', method = 'GET', headers = {}, path } = asked;
  const url = new URL(sandbox.variables.MIREN_IDENTITY_TOKEN_URL ?? '');
  const authorization = asked.authorization ?? `Bearer ${sandbox.variables.MIREN_IDENTITY_TOKEN_SECRET}`;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: url.port,
        path: (path ?? url.pathname) + query,
        method,
        localAddress: from,
        headers: { host: url.host, ...(authorization && { authorization }), ...headers },
      },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const claimsFrom = async (sandbox: Sandbox, query: string): Promise<Record<string, unknown>> => {
  const { status, body } = await askToken(sandbox, { query });
  expect(status).toBe(200);
  return claimsOf((body as { value: string }).value);
};
describe('the token server', () => {
  it('MI-24, MI-25, MI-27, MI-29: answers with a token for the audiences and the life that are asked for', async () => {
    const sandbox = await startSandbox();
    const { body } = await askToken(sandbox);
    expect(Object.keys(body as object)).toEqual(['value']);
    const plain = claimsOf((body as { value: string }).value);
    expect(plain).toMatchObject({ aud: ['miren'], nbf: plain.iat, exp: Number(plain.iat) + 3_600 });
    expect((await claimsFrom(sandbox, '?audience=b&audience=a')).aud).toEqual(['b', 'a']);
    for (const [ttl, life] of [
      [1, 60],
      [600, 600],
      [999_999, 86_400],
    ]) {
      const { iat, exp } = await claimsFrom(sandbox, `?ttl=${ttl}`);
      expect(Number(exp) - Number(iat)).toBe(life);
    }
    expect((await claimsFrom(sandbox, '')).jti).not.toBe(plain.jti);
    await verifyByJose(daemon, SLUG, (body as { value: string }).value);
  });

  it('MI-26: refuses what is no life', async () => {
    const sandbox = await startSandbox();
    for (const ttl of ['0', '-1', 'abc', '1.5']) {
      expect(await askToken(sandbox, { query: `?ttl=${ttl}` })).toEqual({
        status: 400,
        body: { error: 'ttl must be a positive integer (seconds)' },
      });
    }
  });

  onLinux('MI-30: says the first of two mistakes', async () => {
    const sandbox = await startSandbox();
    const cases: [Asked, number, string][] = [
      [{ method: 'POST', authorization: 'Basic x' }, 405, 'only GET is allowed'],
      [{ authorization: 'Basic x', from: '127.0.0.9' }, 401, 'missing or invalid Authorization header'],
      [{ authorization: 'Bearer wrong', from: '127.0.0.9' }, 403, 'unknown source address'],
      [{ authorization: 'Bearer wrong', query: '?ttl=0' }, 403, 'invalid token'],
    ];
    for (const [asked, status, error] of cases) {
      expect(await askToken(sandbox, asked)).toEqual({ status, body: { error } });
    }
  });

  it('MI-31: knows no other path', async () => {
    const sandbox = await startSandbox();
    for (const path of ['/v1/tokens', '/v1', '/v1/', '/v1/token/', '/v1/token/x', '/v1/a/b']) {
      const answer = await askToken(sandbox, { path: `/issuers/${SLUG}${path}` });
      expect(answer).toEqual({ status: 404, body: { error: 'not found' } });
    }
  });

  onLinux('MI-32, MI-33, MI-34: knows a sandbox by its address and its secret, both', async () => {
    const [a, b] = [await startSandbox({ address: '127.0.0.4' }), await startSandbox({ address: '127.0.0.5' })];
    expect((await askToken(a, { from: '127.0.0.4' })).status).toBe(200);
    const invalid = { status: 403, body: { error: 'invalid token' } };
    expect(await askToken(a, { from: '127.0.0.5' })).toEqual(invalid);
    expect(await askToken(a, { from: '127.0.0.5', headers: { 'x-forwarded-for': '127.0.0.4' } })).toEqual(invalid);
    expect(await askToken(b, { from: '127.0.0.9' })).toEqual({
      status: 403,
      body: { error: 'unknown source address' },
    });
  });

  it('MI-35: takes a bearer token and nothing else', async () => {
    const sandbox = await startSandbox();
    const secret = sandbox.variables.MIREN_IDENTITY_TOKEN_SECRET;
    for (const authorization of ['Bearer', `Basic ${secret}`, String(secret)]) {
      expect((await askToken(sandbox, { authorization })).status).toBe(401);
    }
  });

  it('MI-36, MI-37: a secret outlives the daemon, is written nowhere, and ends with its sandbox', async () => {
    const { home, remove } = makeHome();
    const first = await startDaemon({ home });
    const [kept, ended] = [await startSandbox({}, first), await startSandbox({}, first)];
    expect(kept.requestToken).toMatch(/^[0-9a-f]{64}$/);
    await first.control('POST', `/runs/${ended.run.id}/end`, {});
    await first.terminate('SIGKILL');
    const second = await startDaemon({ home, port: first.port });
    expect((await askToken(kept)).status).toBe(200);
    expect(await askToken(ended)).toEqual({ status: 403, body: { error: 'invalid token' } });
    await second.terminate();
    const state = readState(home) + first.process.stderr() + second.process.stderr();
    expect(state).not.toContain(kept.requestToken);
    remove();
  });
});

describe('a sandbox', () => {
  it('MI-39: has the four variables', async () => {
    const { code, stdout } = await daemon.cli(['env', '--as', SLUG, '--json']);
    expect(code).toBe(0);
    const { variables } = JSON.parse(stdout) as { variables: Record<string, string> };
    expect(Object.keys(variables)).toEqual(
      expect.arrayContaining([
        'MIREN_IDENTITY_TOKEN_PATH',
        'MIREN_IDENTITY_TOKEN_URL',
        'MIREN_IDENTITY_TOKEN_SECRET',
        'MIREN_OIDC_ISSUER_URL',
      ]),
    );
    expect(variables.MIREN_OIDC_ISSUER_URL).toBe(`${daemon.baseUrl}/issuers/${SLUG}`);
  });

  it('MI-40: reads its token from a file that all may read, with nothing after it', async () => {
    const script = `
      const fs = require('node:fs');
      const path = process.env.MIREN_IDENTITY_TOKEN_PATH;
      console.log(JSON.stringify({ mode: fs.statSync(path).mode & 0o777, token: fs.readFileSync(path, 'utf8') }));`;
    const { code, stdout } = await jobs.run(['--as', SLUG, '--', NODE, '-e', script]);
    expect(code).toBe(0);
    const { mode, token } = JSON.parse(stdout) as { mode: number; token: string };
    expect(mode).toBe(0o644);
    expect(token).toBe(token.trim());
    expect(await verifyByJose(daemon, SLUG, token)).toMatchObject({ aud: ['miren'], app: 'widgets' });
  });

  it('MI-41: gets a fresh token for its file every 45 minutes', async () => {
    const sandbox = await startSandbox();
    expect(sandbox.files).toMatchObject([{ mode: 0o644, refreshSeconds: 2_700 }]);
    await setClock(daemon, { advanceSeconds: 2_700 });
    const renewed = await daemon.control('POST', `/runs/${sandbox.run.id}/renew`, {
      requestToken: sandbox.requestToken,
    });
    const { files } = expectStatus<Pick<Sandbox, 'files'>>(renewed, 200);
    const [before, after] = [sandbox.files, files].map(([file]) => Number(claimsOf(file?.content ?? '').iat));
    expect(Number(after) - Number(before)).toBeGreaterThanOrEqual(2_700);
    await setClock(daemon, { reset: true });
  });

  it('MI-41: finds a fresh token in its file, in place, once the time of the daemon says that it is due', async () => {
    const goOn = join(makeTemporaryDirectory(), 'go-on');
    const script = 'echo "$MIREN_IDENTITY_TOKEN_PATH"; while [ ! -e "$0" ]; do sleep 0.1; done';
    const job = jobs.start(['--as', SLUG, '--', '/bin/sh', '-c', script, goOn]);
    const path = await waitFor('the job', () => /^(.+)\n/.exec(job.stdout())?.[1]);
    const [before, { ino }] = [readFileSync(path, 'utf8'), statSync(path)];
    await setClock(daemon, { advanceSeconds: 90 * 60 });
    expect(await verify(daemon, before)).toMatchObject({ status: 'refused', reason: 'expired' });
    const after = await waitFor('another token', () => {
      const text = readFileSync(path, 'utf8');
      return text !== before && text;
    });
    expect(await verify(daemon, after)).toMatchObject({ status: 'accepted' });
    expect(statSync(path).ino).toBe(ino);
    writeFileSync(goOn, '');
    expect((await job.done).code).toBe(0);
    await setClock(daemon, { reset: true });
  });

  it('asks with curl as the documentation has it', async () => {
    const line =
      'curl -sf "$MIREN_IDENTITY_TOKEN_URL?audience=sts.amazonaws.com&ttl=600" ' +
      '-H "Authorization: Bearer $MIREN_IDENTITY_TOKEN_SECRET"';
    const { code, stdout } = await jobs.run(['--as', SLUG, '--', '/bin/sh', '-c', line]);
    expect(code).toBe(0);
    const { value } = JSON.parse(stdout) as { value: string };
    expect(await verifyByJose(daemon, SLUG, value)).toMatchObject({ aud: ['sts.amazonaws.com'] });
  });

  it('MI-50: that a runner without keys starts mints through the coordinator, and fails when that is away', async () => {
    const coordinator = await startDaemon();
    const { stdout } = await coordinator.cli(['env', '--as', SLUG, '--json']);
    const { variables } = JSON.parse(stdout) as { variables: Record<string, string> };
    // The runner is another process that has nothing of Mintmark but these variables.
    const script = `
      const { MIREN_IDENTITY_TOKEN_URL: url, MIREN_IDENTITY_TOKEN_SECRET: secret } = process.env;
      fetch(url, { headers: { authorization: 'Bearer ' + secret } })
        .then(async (answer) => console.log((await answer.json()).value), () => process.exit(7));`;
    const startRunner = () => run(NODE, ['-e', script], { env: { ...variables } }).done;
    const minted = await startRunner();
    expect(minted.code).toBe(0);
    const claims = await verifyByJose(coordinator, SLUG, minted.stdout.trim());
    expect(Object.keys(claims).sort()).toEqual(Object.keys((await mint(coordinator, SLUG)).claims).sort());
    await coordinator.stop();
    expect(await startRunner()).toMatchObject({ code: 7, stdout: '' });
  });
});

describe('the validator', () => {
  /** What Miren's own one expects of a token, whoever issued it. */
  const VALIDATOR = {
    audience: 'miren',
    claims: { aud: ['miren'] },
    requiredClaims: ['sandbox_id', 'app'],
    leewaySeconds: 60,
    kidRequired: true,
  };

  it('MI-44: takes a token whose audience is exactly the expected one, when it is pinned', async () => {
    const exact = await mint(daemon, SLUG);
    expect((await verify(daemon, exact.token, VALIDATOR)).status).toBe('accepted');
    const more = await mint(daemon, SLUG, { audience: ['miren', 'x'] });
    expect(await verify(daemon, more.token, VALIDATOR)).toMatchObject({
      status: 'refused',
      reason: 'claim_mismatch',
    });
    const flags = ['--audience', 'miren', '--claim', 'aud=["miren"]', '--leeway', '60s'];
    const required = ['--require-claim', 'sandbox_id', '--require-claim', 'app'];
    for (const [{ token, issuer }, code] of [
      [exact, 0],
      [more, 1],
    ] as const) {
      expect((await daemon.cli(['verify', token, '--url', issuer, ...flags, ...required])).code).toBe(code);
    }
  });

  it('MI-45, MI-46: refuses a token without exp, kid, sandbox_id or app, or of another algorithm than its key; 60 s late is in time', async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' };
    const forge = (header: object, change: object): string => {
      const now = Math.floor(Date.now() / 1_000);
      const claims = {
        iss: 'https://c.example',
        sub: 'app:a:sandbox:s',
        aud: ['miren'],
        app: 'a',
        sandbox_id: 's',
        iat: now - 600,
        exp: now + 600,
        ...change,
      };
      const input = [{ alg: 'RS256', kid: 'k', ...header }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      return `${input}.${sign('sha256', Buffer.from(input), pair.privateKey).toString('base64url')}`;
    };
    const judge = (token: string) =>
      verify(daemon, token, { ...VALIDATOR, issuer: 'https://c.example' }, { keys: [jwk] });
    const now = Math.floor(Date.now() / 1_000);
    expect(await judge(forge({}, {}))).toMatchObject({ status: 'accepted', reason: null });
    expect((await judge(forge({}, { exp: now - 30 }))).status).toBe('accepted');
    expect((await judge(forge({}, { exp: now - 90 }))).reason).toBe('expired');
    expect((await judge(forge({}, { exp: undefined }))).reason).toBe('exp_missing');
    expect((await judge(forge({ kid: undefined }, {}))).reason).toBe('kid_required');
    for (const name of ['sandbox_id', 'app']) {
      for (const value of [undefined, '']) {
        expect((await judge(forge({}, { [name]: value }))).reason, `${name}: ${value}`).toBe('claim_missing');
      }
    }
    expect((await judge(forge({ alg: 'EdDSA' }, {}))).reason).toBe('alg_key_mismatch');
  });

  it('MI-47: does not judge without knowing who the token is for', async () => {
    const { token, issuer } = await mint(daemon, SLUG);
    expect((await daemon.cli(['verify', token, '--url', issuer])).code).toBe(2);
  });
});

describe('the network', () => {
  const title = `MI-21: is not asked when a token is minted and verified${NO_TRACER ? ` (${NO_TRACER})` : ''}`;

  it.skipIf(NO_TRACER !== null)(title, async () => {
    const { home, parent, remove } = makeHome();
    const trace = join(parent, 'trace');
    const traced = await startDaemon({
      home,
      shell: `exec strace -f -qq -e trace=connect -o ${trace} "$0" "$@"`,
    });
    const { token } = await mint(traced, SLUG);
    expect((await verify(traced, token, { audience: 'miren' })).status).toBe('accepted');
    // A signal would end the tracer alone.
    expect((await runCli(['stop'], { home })).code).toBe(0);
    await traced.process.done;
    const outside = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => /sin6?_addr|sin6_port/.test(line) && !/127\.0\.0\.1|"::1"/.test(line));
    expect(outside).toEqual([]);
    remove();
  });
});
