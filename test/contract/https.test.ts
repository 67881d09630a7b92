import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Daemon, type DaemonOptions, startDaemon } from '../support/daemon.ts';
import { makeHome, runCli } from '../support/program.ts';
import { waitFor } from '../support/wait.ts';

const running: Daemon[] = [];
afterEach(async () => {
  for (const daemon of running.splice(0)) await daemon.stop();
});

async function startSecurely(options: DaemonOptions = {}): Promise<Daemon> {
  const daemon = await startDaemon({ ...options, args: ['--https'] });
  running.push(daemon);
  return daemon;
}

const readAuthority = ({ home }: Pick<Daemon, 'home'>): Buffer => readFileSync(join(home, 'ca.pem'));

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** A request of a client that trusts what `ca.pem` says and nothing else. */
function askSecurely(url: string, ca: Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ca, headers, servername: 'localhost', agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('serve --https', () => {
  it('serves an https issuer that whoever trusts ca.pem can follow from iss to key set', async () => {
    const daemon = await startSecurely();
    const issuer = `${daemon.baseUrl}/issuers/default`;
    const ca = readAuthority(daemon);
    expect(issuer).toMatch(/^https:\/\/localhost:\d+\/issuers\/default$/);
    const discovery = JSON.parse((await askSecurely(`${issuer}/.well-known/openid-configuration`, ca)).body);
    expect(discovery.issuer).toBe(issuer);
    const keys = JSON.parse((await askSecurely(discovery.jwks_uri, ca)).body);
    expect(keys.keys).toHaveLength(1);
  });

  it('answers for the loopback names and refuses any other Host', async () => {
    const daemon = await startSecurely();
    const ca = readAuthority(daemon);
    for (const name of ['localhost', '127.0.0.1']) {
      expect((await askSecurely(`https://${name}:${daemon.port}/api/v1/health`, ca)).status).toBe(200);
    }
    const foreign = { host: 'evil.test' };
    expect((await askSecurely(`${daemon.baseUrl}/api/v1/health`, ca, foreign)).status).toBe(403);
  });

  it('is reached by the command line of its user, which need not trust the certificate', async () => {
    const daemon = await startSecurely();
    const minted = await daemon.cli(['mint', '--aud', 'a']);
    const url = `${daemon.baseUrl}/issuers/default`;
    const verified = await daemon.cli(['verify', minted.stdout.trim(), '--url', url, '--audience', 'a']);
    expect(verified).toMatchObject({ code: 0, stdout: 'Token verified\n' });
  });

  it('is trusted from another state directory through ca.pem, and cannot be judged without it', async () => {
    const daemon = await startSecurely();
    const token = (await daemon.cli(['mint', '--aud', 'a'])).stdout.trim();
    const elsewhere = makeHome();
    const args = [
      'verify',
      token,
      '--url',
      `${daemon.baseUrl}/issuers/default`,
      '--audience',
      'a',
      '--home',
      elsewhere.home,
    ];
    const trusting = await daemon.cli(args, { env: { NODE_EXTRA_CA_CERTS: join(daemon.home, 'ca.pem') } });
    expect(trusting.code).toBe(0);
    expect((await daemon.cli(args)).code).toBe(3);
    elsewhere.remove();
  });

  it('keeps its certificate across starts and its files to its owner', async () => {
    const state = makeHome();
    const first = await startSecurely({ home: state.home });
    const authority = readAuthority(first);
    for (const name of ['ca.pem', 'tls.pem']) expect(statSync(join(state.home, name)).mode & 0o777).toBe(0o600);
    await first.stop();
    const second = await startSecurely({ home: state.home });
    expect(readAuthority(second)).toEqual(authority);
    await second.stop();
    state.remove();
  });

  it('replaces certificate files that do not belong together', async () => {
    const state = makeHome();
    const other = await startSecurely();
    const first = await startSecurely({ home: state.home });
    await first.stop();
    writeFileSync(join(state.home, 'ca.pem'), readAuthority(other));
    const second = await startSecurely({ home: state.home });
    expect((await askSecurely(`${second.baseUrl}/api/v1/health`, readAuthority(second))).status).toBe(200);
    await second.stop();
    state.remove();
  });
});

describe('a start without --https where there was one with it', () => {
  it.each(['serve', 'start'])(
    'says that the issuers have other names now (%s), and how to go back',
    async (command) => {
      const { home, remove } = makeHome();
      const before = await startDaemon({ home, args: ['--https'] });
      await before.terminate();
      const { port } = before;
      const told = [
        `mintmark: the issuers' URLs begin with http://localhost:${port} now; tokens of before keep https://localhost:${port} in their iss`,
        `  to go back: mintmark stop --home ${home}, then mintmark start --port ${port} --https --home ${home}`,
      ];
      const words = ['--port', String(port), '--home', home];
      if (command === 'serve') {
        const daemon = await startDaemon({ home, port });
        await waitFor('the words', () => /to go back.*\n/.test(daemon.process.stderr()));
        expect(daemon.process.stderr().trimEnd().split('\n')).toEqual(told);
        await daemon.terminate();
      } else {
        const { stderr } = await runCli(['start', ...words], { home });
        expect(stderr.trimEnd().split('\n')).toEqual(told);
        await runCli(['stop', '--home', home], { home });
      }
      const again = await startDaemon({ home, port });
      expect(again.process.stderr()).toBe('');
      await again.terminate();
      remove();
    },
  );
});
