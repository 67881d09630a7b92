import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeKey, type Daemon, mint, rotate, startDaemon } from '../support/daemon.ts';
import { BUNDLE, makeHome, NODE, type Outcome, run, runCli, startCli } from '../support/program.ts';
import { tamperPayload, tamperSignature } from '../support/tampering.ts';
import { waitFor } from '../support/wait.ts';
import { CHECK_ORDER, type Minted, type Verdict } from '../support/wire.ts';

const AUDIENCE = 'https://api.example.test';

let daemon: Daemon;
let files: string;
let issuer: string;

beforeAll(async () => {
  daemon = await startDaemon({ args: ['--clock-control'] });
  issuer = `${daemon.baseUrl}/issuers/default`;
  files = mkdtempSync(join(tmpdir(), 'mintmark-cli-'));
});
afterAll(async () => {
  await daemon.stop();
  rmSync(files, { recursive: true, force: true });
});

/** A token from the command line, as a shell script would take it. */
async function mintByCli(...more: string[]): Promise<string> {
  const { code, stdout, stderr } = await daemon.cli(['mint', '--aud', AUDIENCE, ...more]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trimEnd();
}

const verifyArgs = (...more: string[]): string[] => ['verify', '--url', issuer, '--audience', AUDIENCE, ...more];

describe('mint', () => {
  it('prints the token and one newline, nothing else', async () => {
    const { code, stdout, stderr } = await daemon.cli(['mint', '--sub', 'repo:acme/shop', '--aud', AUDIENCE]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(stderr).toBe('');
  });

  it('prints with --json one value with what was minted', async () => {
    const { code, stdout } = await daemon.cli([
      ...['mint', '--json', '--issuer', 'default', '--sub', 'repo:acme/shop', '--aud', AUDIENCE, '--aud', 'second'],
      ...['--claim', 'environment=prod', '--claim', 'run=7', '--ttl', '5m'],
    ]);
    const minted = JSON.parse(stdout) as Minted;
    expect(code).toBe(0);
    expect(Object.keys(minted).sort()).toEqual(['claims', 'expiresAt', 'header', 'issuer', 'jti', 'kid', 'token']);
    expect(minted.claims).toMatchObject({ sub: 'repo:acme/shop', aud: [AUDIENCE, 'second'], environment: 'prod' });
    expect(minted.claims.exp - minted.claims.iat).toBe(300);
    expect(minted.header.kid).toBe(minted.kid);
  });

  it('takes claims from a file, and the command line wins over it', async () => {
    const path = join(files, 'claims.json');
    writeFileSync(path, JSON.stringify({ environment: 'staging', nested: { deep: [1, null] } }));
    const { stdout } = await daemon.cli(['mint', '--json', '--claims-file', path, '--claim', 'environment=prod']);
    expect((JSON.parse(stdout) as Minted).claims).toMatchObject({ environment: 'prod', nested: { deep: [1, null] } });
  });

  it('mints as a platform whose first issuer nobody has created', async () => {
    const { code, stdout } = await daemon.cli(['mint', '--json', '--as', 'superplane']);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Minted).issuer).toBe(`${daemon.baseUrl}/issuers/superplane`);
  });

  it.each([
    ['a reserved claim', ['--claim', 'exp=1']],
    ['a lifetime of zero', ['--ttl', '0s']],
    ['a lifetime that is no duration', ['--ttl', 'soon']],
    ['a claim without a value', ['--claim', 'alone']],
    ['an unknown option', ['--colour', 'red']],
    ['a claims file that is not there', ['--claims-file', '/nonexistent/claims.json']],
  ])('refuses %s as wrong usage', async (_what, more) => {
    const { code, stdout, stderr } = await daemon.cli(['mint', ...more]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });

  it('is refused for an issuer that does not exist', async () => {
    const { code, stdout } = await daemon.cli(['mint', '--issuer', 'nobody']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });
});

describe('verify', () => {
  it('says "Token verified" and exits 0', async () => {
    expect(await daemon.cli(verifyArgs(await mintByCli()))).toEqual<Outcome>({
      code: 0,
      signal: null,
      stdout: 'Token verified\n',
      stderr: '',
    });
  });

  describe('says only "token verification failed" and exits 1', () => {
    const failed: Outcome = { code: 1, signal: null, stdout: '', stderr: 'token verification failed\n' };

    it('for a changed payload', async () => {
      expect(await daemon.cli(verifyArgs(tamperPayload(await mintByCli())))).toEqual(failed);
    });

    it('for a changed signature', async () => {
      expect(await daemon.cli(verifyArgs(tamperSignature(await mintByCli())))).toEqual(failed);
    });

    it('for an expired token', async () => {
      const token = await mintByCli('--ttl', '1m');
      expect((await daemon.cli(['clock', 'advance', '61'])).code).toBe(0);
      const outcome = await daemon.cli(verifyArgs(token));
      await daemon.control('POST', '/clock', { reset: true });
      expect(outcome).toEqual(failed);
    });

    it('for another audience', async () => {
      const token = await mintByCli();
      expect(await daemon.cli(['verify', token, '--url', issuer, '--audience', 'https://other.test'])).toEqual(failed);
    });

    it('for a pinned claim that differs', async () => {
      const token = await mintByCli('--claim', 'environment=prod');
      expect(await daemon.cli(verifyArgs(token, '--claim', 'environment=staging'))).toEqual(failed);
      expect((await daemon.cli(verifyArgs(token, '--claim', 'environment=prod'))).code).toBe(0);
    });

    it('for a revoked token', async () => {
      const minted = JSON.parse((await daemon.cli(['mint', '--json', '--aud', AUDIENCE])).stdout) as Minted;
      expect((await daemon.cli(['tokens', 'revoke', minted.jti])).code).toBe(0);
      expect(await daemon.cli(verifyArgs(minted.token))).toEqual(failed);
    });

    it('for text that is no token', async () => {
      expect(await daemon.cli(verifyArgs('not.a.token'))).toEqual(failed);
    });
  });

  it('could not decide, and says so with exit 3, when nothing answers at the issuer', async () => {
    const token = await mintByCli();
    const lost = 'http://localhost:9/issuers/default';
    const { code, stdout, stderr } = await daemon.cli(['verify', token, '--url', lost, '--audience', AUDIENCE]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('issuer_unreachable');
    expect(stderr).not.toContain(token);
  });

  it('could not decide, exit 3, when the daemon is down', async () => {
    const place = makeHome();
    const other = await startDaemon({ home: place.home });
    const { token } = await mint(other, 'default', { audience: AUDIENCE });
    await other.terminate();
    const args = ['verify', token, '--url', `${other.baseUrl}/issuers/default`, '--audience', AUDIENCE];
    expect((await runCli(args, { home: place.home })).code).toBe(3);
    expect((await runCli(['mint'], { home: place.home })).code).toBe(3);
    place.remove();
  });

  it.each([
    ['without --url', ['--audience', AUDIENCE]],
    ['without --audience', ['--url', 'http://localhost:9/issuers/default']],
    ['with an --url that is none', ['--url', 'not a url', '--audience', AUDIENCE]],
    ['with a leeway that is no duration', ['--url', 'http://localhost:9', '--audience', AUDIENCE, '--leeway', 'much']],
    ['with a claim that has no value', ['--url', 'http://localhost:9', '--audience', AUDIENCE, '--claim', 'alone']],
    ['with an unknown option', ['--url', 'http://localhost:9', '--audience', AUDIENCE, '--trust-me']],
    ['with a key set file that is not there', ['--jwks', '/nonexistent/jwks.json', '--audience', AUDIENCE]],
  ])('is wrong usage, exit 2, %s', async (_what, args) => {
    const token = 'eyJhbGciOiJub25lIn0.e30.';
    const { code, stdout, stderr } = await daemon.cli(['verify', token, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toContain(token);
  });

  it.runIf(process.platform === 'linux')('shows a token among its arguments to nobody while it runs', async () => {
    const token = await mintByCli();
    let asked = false;
    const slow = createServer(() => {
      asked = true;
    });
    await new Promise<void>((listening) => slow.listen(0, '127.0.0.1', listening));
    const { port } = slow.address() as AddressInfo;
    const args = ['verify', token, '--url', `http://127.0.0.1:${port}`, '--audience', 'serve'];
    const verifying = startCli(args, { home: daemon.home });
    await waitFor('the request for discovery', () => asked);
    expect(readFileSync(`/proc/${verifying.pid}/cmdline`, 'latin1').replaceAll('\0', '')).toBe('mintmark');
    verifying.child.kill('SIGKILL');
    slow.closeAllConnections();
    await new Promise((closed) => slow.close(closed));
  });

  it.runIf(process.platform === 'linux')('that cannot be written down says so and exits 3', async () => {
    for (const output of ['>/dev/full', '1</dev/null']) {
      const line = `exec "$0" "$@" ${output}`;
      const { code, stderr } = await run('/bin/sh', ['-c', line, NODE, BUNDLE, 'mint', '--home', daemon.home]).done;
      expect({ output, code }).toEqual({ output, code: 3 });
      expect(stderr).toMatch(/^mintmark: the output cannot be written \(E\w+\)\n$/);
    }
  });

  it('is wrong usage, exit 2, without any token', async () => {
    expect((await daemon.cli(verifyArgs())).code).toBe(2);
  });

  it('shows each check with its outcome for --explain', async () => {
    const accepted = await daemon.cli(verifyArgs(await mintByCli(), '--explain'));
    expect(accepted.code).toBe(0);
    for (const name of CHECK_ORDER) expect(accepted.stdout).toContain(name);
    const refused = await daemon.cli(verifyArgs(tamperSignature(await mintByCli()), '--explain'));
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('signature_invalid');
  });

  it('prints the verdict, and nothing else, for --json', async () => {
    const good = await daemon.cli(verifyArgs(await mintByCli(), '--json'));
    expect(good.code).toBe(0);
    const verdict = JSON.parse(good.stdout) as Verdict;
    expect(verdict).toMatchObject({ status: 'accepted', reason: null, provenance: 'local-issuer' });
    expect(verdict.checks.map(({ name }) => name)).toEqual(CHECK_ORDER);

    const bad = await daemon.cli(verifyArgs(tamperSignature(await mintByCli()), '--json'));
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.stdout)).toMatchObject({ status: 'refused', reason: 'signature_invalid' });
  });

  it('accepts at any time a token that another key signed before a rotation, until that key is retired', async () => {
    const minted = JSON.parse((await daemon.cli(['mint', '--json', '--aud', AUDIENCE])).stdout) as Minted;
    await rotate(daemon);
    expect((await daemon.cli(verifyArgs(minted.token))).code).toBe(0);
    await changeKey(daemon, 'default', minted.kid, 'retire');
    expect((await daemon.cli(verifyArgs(minted.token))).code).toBe(1);
  });

  it('verifies against a key set from a file and from a URL, without the daemon of this home', async () => {
    const token = await mintByCli();
    const jwksUri = `${issuer}/.well-known/jwks.json`;
    const path = join(files, 'jwks.json');
    writeFileSync(path, (await daemon.publicGet('/issuers/default/.well-known/jwks.json')).text);
    const elsewhere = makeHome();
    for (const keys of [path, jwksUri]) {
      const args = ['verify', token, '--url', issuer, '--audience', AUDIENCE, '--jwks', keys];
      expect(await runCli(args, { home: elsewhere.home })).toMatchObject({ code: 0, stdout: 'Token verified\n' });
      const forged = ['verify', tamperSignature(token), ...args.slice(2)];
      expect(await runCli(forged, { home: elsewhere.home })).toMatchObject({ code: 1, stdout: '' });
    }
    elsewhere.remove();
  });

  it('follows a token with --watch until it is refused', async () => {
    const { token, jti } = await mint(daemon, 'default', { audience: AUDIENCE });
    const watching = startCli(verifyArgs(token, '--watch'), { home: daemon.home });
    await waitFor('the first verdict', () => (watching.stdout() + watching.stderr()).includes('Token verified'));
    await rotate(daemon);
    expect((await daemon.cli(['tokens', 'revoke', jti])).code).toBe(0);
    const { code, stderr } = await watching.done;
    expect(code).toBe(1);
    expect(stderr).toContain('token verification failed');
  });

  it('refuses a token of any size at once, and reads no more than a mebibyte', async () => {
    const failed = await daemon.cli(verifyArgs('-'), { input: `${'x'.repeat(900_000)}.y.z` });
    expect(failed).toMatchObject({ code: 1, stdout: '', stderr: 'token verification failed\n' });
    const { code, stdout } = await daemon.cli(verifyArgs('-'), { input: 'x'.repeat(2_000_000) });
    expect({ code: code === 1 || code === 2, stdout }).toEqual({ code: true, stdout: '' });
  });

  it('verifies by discovery from a home that knows no daemon', async () => {
    const elsewhere = makeHome();
    const outcome = await runCli(verifyArgs(await mintByCli()), { home: elsewhere.home });
    elsewhere.remove();
    expect(outcome).toMatchObject({ code: 0, stdout: 'Token verified\n' });
  });
});

describe('where verify takes its token from', () => {
  // Each case offers one good token in one place and a bad one in every place that must lose against it.
  const bad = 'bad.bad.bad';

  it('prefers the argument to --token and the environment', async () => {
    const good = await mintByCli();
    const env = { SUPERPLANE_OIDC_TOKEN: bad, SUPERPLANE_OIDC_ASSERTION: bad, MINTMARK_TOKEN: bad };
    expect((await daemon.cli(verifyArgs(good, '--token', bad), { env })).code).toBe(0);
  });

  it('prefers --token to the environment', async () => {
    const env = { SUPERPLANE_OIDC_TOKEN: bad, SUPERPLANE_OIDC_ASSERTION: bad, MINTMARK_TOKEN: bad };
    expect((await daemon.cli(verifyArgs('--token', await mintByCli()), { env })).code).toBe(0);
  });

  it('reads SUPERPLANE_OIDC_TOKEN, then SUPERPLANE_OIDC_ASSERTION, then MINTMARK_TOKEN', async () => {
    const good = await mintByCli();
    const first = { SUPERPLANE_OIDC_TOKEN: good, SUPERPLANE_OIDC_ASSERTION: bad, MINTMARK_TOKEN: bad };
    const second = { SUPERPLANE_OIDC_ASSERTION: good, MINTMARK_TOKEN: bad };
    for (const env of [first, second, { MINTMARK_TOKEN: good }]) {
      expect((await daemon.cli(verifyArgs(), { env })).code).toBe(0);
    }
  });

  it('reads stdin for "-" and a file for --token-file, and trims their ends', async () => {
    const good = await mintByCli();
    expect((await daemon.cli(verifyArgs('-'), { input: `\n  ${good} \r\n` })).code).toBe(0);
    const path = join(files, 'token.jwt');
    writeFileSync(path, `${good}\n`);
    expect((await daemon.cli(verifyArgs('--token-file', path))).code).toBe(0);
  });

  it('trims nothing from an argument', async () => {
    expect((await daemon.cli(verifyArgs(`${await mintByCli()} `))).code).toBe(1);
  });
});

describe('decode', () => {
  it('shows header and claims and says that nothing was verified', async () => {
    const token = await mintByCli('--sub', 'repo:acme/shop');
    const { code, stdout } = await daemon.cli(['decode', token]);
    expect(code).toBe(0);
    expect(stdout).toContain('RS256');
    expect(stdout).toContain('repo:acme/shop');
    expect(stdout).toContain('not verified');
  });

  it('needs no daemon and names what is suspicious', async () => {
    const nowhere = makeHome();
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    const payload = Buffer.from('{"sub":"x"}').toString('base64url');
    const human = await runCli(['decode', `${header}.${payload}.`], { home: nowhere.home });
    const json = await runCli(['decode', '-', '--json'], { home: nowhere.home, input: `${header}.${payload}.\n` });
    nowhere.remove();
    expect(human.code).toBe(0);
    expect(human.stdout).toContain('none');
    expect(JSON.parse(json.stdout)).toMatchObject({ header: { alg: 'none' }, claims: { sub: 'x' } });
  });

  it('refuses text in which it finds no token at all', async () => {
    expect((await daemon.cli(['decode', 'hello'])).code).toBe(1);
  });
});
