import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../../../daemon/cli/run-cli.ts';
import { forgeToken, makeKey } from '../../../support/forge.ts';
import { startTestDaemon } from '../../server/setup.ts';
import { createTestIo } from '../test-io.ts';

const key = makeKey('ES256', 'squatter');
let home: string;
let squatter: Server;
let port: number;
let asked: string[];

/** Someone on a port who serves a discovery document and keys of his own for whatever issuer he is asked for. */
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'mintmark-'));
  asked = [];
  squatter = createServer((request, response) => {
    asked.push(request.url ?? '');
    const issuer = `http://${request.headers.host}/issuers/default`;
    const isDiscovery = request.url?.endsWith('/openid-configuration');
    const body = isDiscovery ? { issuer, jwks_uri: `${issuer}/keys` } : { keys: [key.jwk] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
  port = (squatter.address() as AddressInfo).port;
});
afterEach(async () => {
  squatter.closeAllConnections();
  await new Promise((resolve) => squatter.close(resolve));
  rmSync(home, { recursive: true });
});

const writeState = (name: string, text: string) => writeFileSync(join(home, name), text, { mode: 0o600 });

function verify(host: string, ...more: string[]) {
  return verifyAt(`http://${host}:${port}/issuers/default`, home, ...more);
}

async function verifyAt(issuer: string, place: string, ...more: string[]) {
  const seconds = 1_800_000_000;
  const token = forgeToken(key, { iss: issuer, sub: 'x', aud: 'demo', iat: seconds, exp: seconds + 60 });
  const io = createTestIo();
  const argv = ['verify', token, '--home', place, '--url', issuer, '--audience', 'demo', ...more];
  return { code: await runCli(argv, io), stdout: io.stdoutText(), stderr: io.stderrText() };
}

describe('a token of an issuer at the place of our own daemon, which is away', () => {
  test.each(['localhost', '127.0.0.1'])('is undecided for http://%s, and nobody there is asked', async (host) => {
    writeState('base-url', `http://localhost:${port}`);
    const { code, stdout, stderr } = await verify(host);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('your own daemon');
    expect(stderr).toContain('could not decide: issuer_unreachable\n');
    expect(asked).toEqual([]);
  });

  test('is undecided in the verdict, too', async () => {
    writeState('base-url', `http://localhost:${port}`);
    const { code, stdout, stderr } = await verify('localhost', '--json');
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ status: 'undecided', reason: 'issuer_unreachable' });
  });

  test('is undecided by keys that are fetched from there', async () => {
    writeState('base-url', `http://localhost:${port}`);
    const { code, stderr } = await verify('localhost', '--jwks', `http://localhost:${port}/keys`);
    expect(code).toBe(3);
    expect(stderr).toContain('keys_unavailable');
    expect(asked).toEqual([]);
  });

  test('is undecided at the default place when only a database tells of a daemon', async () => {
    writeState('mintmark.db', '');
    const { code, stdout } = await verifyAt('http://localhost:6468/issuers/default', home, '--json');
    expect(code).toBe(3);
    expect(stdout).toContain('Your own daemon (http://localhost:6468) is not running.');
  });
});

test('where nothing tells of a daemon of our own, the issuer is asked like any other', async () => {
  expect(await verify('localhost')).toMatchObject({ code: 0, stdout: 'Token verified\n' });
  writeState('base-url', 'http://localhost:1');
  expect((await verify('localhost')).code).toBe(0);
});

test('a daemon that has ended is remembered', async () => {
  const daemon = await startTestDaemon();
  const { baseUrl } = daemon.running;
  await daemon.running.stop();
  const { code, stdout } = await verifyAt(`${baseUrl}/issuers/default`, daemon.home, '--json');
  expect(code).toBe(3);
  expect(stdout).toContain(`Your own daemon (${baseUrl}) is not running.`);
  await daemon.stop();
});
