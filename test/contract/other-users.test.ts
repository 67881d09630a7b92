import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mint } from '../support/daemon.ts';
import { ask } from '../support/http.ts';
import { BUNDLE, isAlive, NODE, run } from '../support/program.ts';
import { raiseTarget } from '../support/target.ts';

const target = raiseTarget();

describe('the address', () => {
  it('is loopback and no other', async () => {
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address !== undefined && !address.internal && address.family === 'IPv4')
      .map((address) => address?.address ?? '');
    for (const host of others) {
      const reached = await new Promise<boolean>((resolve) => {
        const socket = connect({ host, port: target.daemon.port, timeout: 2000 });
        const end = (answer: boolean) => () => {
          socket.destroy();
          resolve(answer);
        };
        socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false));
      });
      expect(reached, host).toBe(false);
    }
    for (const host of ['127.0.0.1', '[::1]']) {
      const answer = await ask(`http://${host}:${target.daemon.port}/api/v1/health`).catch(() => null);
      if (host === '127.0.0.1') expect(answer?.status).toBe(200);
    }
  });
});

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
const NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups'];
/** Why nobody else can be here; null when somebody can. */
const ALONE = process.getuid?.() !== 0 || setpriv === undefined ? 'needs root and setpriv' : tryToBeAnother(setpriv);

/** Not every container lets root become somebody else, and a temporary directory may be for root alone. */
function tryToBeAnother(program: string): string | null {
  const { status } = spawnSync(program, [...NOBODY, '/bin/sh', '-c', 'test -x "$0"', tmpdir()], { stdio: 'ignore' });
  return status === 0 ? null : 'needs a temporary directory that another user may enter';
}

describe.skipIf(ALONE !== null)(`another user of the machine${ALONE ? ` (${ALONE})` : ''}`, () => {
  // The project may lie where the other user cannot go: the program and its runtime are laid where everyone can.
  let place: string;
  const asNobody = (file: string, ...args: string[]) =>
    run(String(setpriv), [...NOBODY, file, ...args], {
      cwd: place,
      env: { PATH: '/usr/bin:/bin', HOME: place, MINTMARK_HOME: join(place, 'own') },
    }).done;

  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'mintmark-nobody-'));
    chmodSync(place, 0o777);
    cpSync(join(BUNDLE, '..'), join(place, 'dist'), { recursive: true });
    cpSync(NODE, join(place, 'node'));
    chmodSync(join(place, 'node'), 0o755);
    chmodSync(join(target.daemon.home, '..'), 0o755);
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  const program = (...args: string[]) => asNobody(join(place, 'node'), join(place, 'dist/mintmark.js'), ...args);

  it('can read no file of the state directory', async () => {
    expect((await asNobody('/bin/ls', target.daemon.home)).code).not.toBe(0);
    for (const name of readdirSync(target.daemon.home)) {
      const { code, stdout } = await asNobody('/bin/cat', join(target.daemon.home, name));
      expect({ name, refused: code !== 0, stdout }).toEqual({ name, refused: true, stdout: '' });
    }
  });

  it('gets 401 over the network', async () => {
    const request = `fetch('${target.daemon.baseUrl}/api/v1/issuers').then((answer) => console.log(answer.status))`;
    const { stdout } = await asNobody(join(place, 'node'), '-e', request);
    expect(['401', '429']).toContain(stdout.trim());
  });

  it('can neither mint, ask, stop nor serve with that state directory', async () => {
    for (const command of [['mint'], ['issuers', 'list'], ['stop'], ['backup', join(place, 'stolen.db')], ['status']]) {
      const { code, stdout } = await program(...command, '--home', target.daemon.home);
      expect({ command, code, stdout }).toMatchObject({ command, code: 3 });
      expect(stdout).not.toContain(target.daemon.controlToken);
    }
    expect((await program('serve', '--port', '0', '--home', target.daemon.home)).code).toBe(3);
    expect(isAlive(target.daemon.pid)).toBe(true);
  });

  it('can verify what anyone can verify', async () => {
    const { token } = await mint(target.daemon, 'default', { audience: 'them' });
    const args = ['verify', token, '--url', `${target.daemon.baseUrl}/issuers/default`, '--audience', 'them'];
    expect(await program(...args)).toMatchObject({ code: 0, stdout: 'Token verified\n' });
  });
});
