import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../../daemon/cli/run-cli.ts';
import { createTestIo } from '../test-io.ts';

const ISSUER = 'https://issuer.example';
const NOW = 1_800_000_000;
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let home: string;
let jwks: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'mintmark-'));
  jwks = join(home, 'jwks.json');
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' }] }));
});
afterAll(() => rmSync(home, { recursive: true }));

function mint(claims: Record<string, unknown> = {}): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = { iss: ISSUER, sub: 'me', aud: 'demo', iat: NOW, exp: NOW + 300, build: 42, ...claims };
  const input = `${encode({ alg: 'ES256', kid: 'k' })}.${encode(payload)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

async function verify(token: string, argv: readonly string[] = [], env: Record<string, string> = {}) {
  const io = createTestIo({ env });
  const flags = ['--home', home, '--url', ISSUER, '--audience', 'demo', '--jwks', jwks];
  const code = await runCli(['verify', ...(token === '' ? [] : [token]), ...flags, ...argv], io);
  return { code, stdout: io.stdoutText(), stderr: io.stderrText() };
}

describe('verify with given keys', () => {
  test('accepts a good token in two words', async () => {
    expect(await verify(mint())).toEqual({ code: 0, stdout: 'Token verified\n', stderr: '' });
  });

  test.each([
    ['expired', () => mint({ iat: NOW - 600, exp: NOW - 300 }), []],
    ['for someone else', () => mint({ aud: 'other' }), []],
    ['tampered with', () => mint().replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')), []],
    ['no token', () => 'hello', []],
    ['without a pinned claim', () => mint(), ['--claim', 'ref=main']],
    ['without a required claim', () => mint(), ['--require-claim', 'build', '--require-claim', 'app']],
    ['with a required claim that is empty', () => mint({ app: '' }), ['--require-claim', 'app']],
    ['of another algorithm', () => mint(), ['--alg', 'RS256']],
    ['of another type', () => mint(), ['--type', 'at+jwt']],
    ['too long-lived', () => mint(), ['--max-lifetime', '1m']],
  ])('refuses one that is %s and says no more than that', async (_, token, argv) => {
    expect(await verify(token(), argv)).toEqual({ code: 1, stdout: '', stderr: 'token verification failed\n' });
  });

  test('pins a claim by how it prints', async () => {
    expect((await verify(mint(), ['--claim', 'build=42'])).code).toBe(0);
  });

  test('takes a token that has the required claims, and explains which one another lacks', async () => {
    const required = ['--require-claim', 'build', '--require-claim', 'app'];
    expect((await verify(mint({ app: 'widgets' }), required)).code).toBe(0);
    const { stdout } = await verify(mint(), [...required, '--explain']);
    expect(stdout).toMatch(/^✗ claims +claim_missing: The claim app is not there\.$/m);
  });

  test('a required claim without a name is wrong usage: a variable that is not set must not switch the check off', async () => {
    expect(await verify(mint(), ['--require-claim', ''])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'mintmark: --require-claim: the value is empty\n',
    });
  });

  test('tolerates clocks as far as it is told to', async () => {
    expect((await verify(mint({ iat: NOW - 600, exp: NOW - 5 }), ['--leeway', '10s'])).code).toBe(0);
  });

  test('explains every check on a line, and refuses all the same', async () => {
    const { code, stdout, stderr } = await verify(mint({ aud: 'other' }), ['--explain']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'token verification failed\n' });
    expect(stdout.trim().split('\n')).toHaveLength(13);
    expect(stdout).toMatch(/^✗ audience +aud_mismatch: /m);
    expect(stdout).toMatch(/^✓ signature /m);
    expect(stdout).toMatch(/^keys: those of --jwks \(supplied-keys\)$/m);
  });

  test('prints the verdict with --json, refused ones too', async () => {
    const { code, stdout, stderr } = await verify(mint({ aud: 'other' }), ['--json']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'refused',
      reason: 'aud_mismatch',
      provenance: 'supplied-keys',
    });
  });

  test('finds its token in the environment, the first variable first', async () => {
    const env = { SUPERPLANE_OIDC_ASSERTION: mint(), MINTMARK_TOKEN: 'hello' };
    expect((await verify('', [], env)).code).toBe(0);
    expect((await verify('', [], { ...env, SUPERPLANE_OIDC_TOKEN: 'hello' })).code).toBe(1);
  });

  test('an empty argument is an empty token, whatever the environment has', async () => {
    const io = createTestIo({ env: { MINTMARK_TOKEN: mint() } });
    const flags = ['--home', home, '--url', ISSUER, '--audience', 'demo', '--jwks', jwks];
    expect(await runCli(['verify', '', ...flags], io)).toBe(1);
  });

  test.each([
    ['no JSON', 'hello'],
    ['no key set', '{"keys":5}'],
    ['a member twice', '{"keys":[],"keys":[]}'],
  ])('a key file that is %s is wrong usage', async (_, content) => {
    const path = join(home, 'bad.json');
    writeFileSync(path, content);
    expect(await verify(mint(), ['--jwks', path])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('verify by discovery', () => {
  async function verifyAt(port: number | undefined, argv: readonly string[] = []) {
    const io = createTestIo();
    const url = `http://127.0.0.1:${port}/issuers/x`;
    const flags = ['--home', home, '--url', url, '--audience', 'demo', ...argv];
    const code = await runCli(['verify', mint({ iss: url }), ...flags], io);
    return { code, stdout: io.stdoutText(), stderr: io.stderrText() };
  }

  test('cannot decide, exit 3, when nobody answers or somebody else does', async () => {
    const server = createServer((socket) =>
      socket
        .on('error', () => {})
        .resume()
        .end('hello\r\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const told = { code: 3, stdout: '', stderr: 'could not decide: issuer_unreachable\n' };
    expect(await verifyAt(port)).toEqual(told);
    await new Promise((resolve) => server.close(resolve));
    expect(await verifyAt(port)).toEqual(told);
    expect(await verifyAt(port, ['--jwks', `http://127.0.0.1:${port}/keys`])).toEqual({
      ...told,
      stderr: 'could not decide: keys_unavailable\n',
    });
  });
});
