import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, type Section, section } from '../findings.ts';
import { AUDIENCE } from '../job-claims.ts';
import type { Scale } from '../scale.ts';
import { BUNDLE, createHome, DAEMON_FLAGS, removeHome, startMintmark } from '../servers.ts';
import { timeProcess } from '../time-process.ts';

const MOCK = fileURLToPath(
  new URL('../../../node_modules/oauth2-mock-server/dist/oauth2-mock-server.mjs', import.meta.url),
);

/** P14, P15 and B11: how long a person waits for a process. */
export async function measureStarting(scale: Scale): Promise<Section> {
  const home = await createHome();
  try {
    // Keys are made once: the first start of all is not what people wait for every day.
    const first = await startMintmark({ home });
    const issuer = `${first.baseUrl}/issuers/default`;
    const minted = await first.call('POST', '/issuers/default/tokens', { audience: AUDIENCE });
    const tokenFile = join(home, '..', `bench-token-${process.pid}`);
    await writeFile(tokenFile, String(minted.token), { mode: 0o600 });
    const verify = [
      BUNDLE,
      'verify',
      '--token-file',
      tokenFile,
      '--url',
      issuer,
      '--audience',
      AUDIENCE,
      '--home',
      home,
    ];
    const verifying: number[] = [];
    const nothingBefore: number[] = [];
    for (let count = 0; count < scale.starts; count += 1) {
      nothingBefore.push(await timeProcess(['-e', '0']));
      verifying.push(await timeProcess(verify));
    }
    await removeHome(tokenFile);
    await first.stop();

    const starting: number[] = [];
    const mock: number[] = [];
    const nothing: number[] = [];
    for (let count = 0; count < scale.starts; count += 1) {
      const port = await findFreePort();
      nothing.push(await timeProcess(['-e', '0']));
      starting.push(
        await timeUntilServed(
          [...DAEMON_FLAGS, BUNDLE, 'serve', '--port', String(port), '--home', home],
          port,
          '/issuers/default',
        ),
      );
      mock.push(await timeUntilServed([MOCK, '-a', 'localhost', '-p', String(port)], port, ''));
    }
    return section({
      findings: [
        compare('P14', starting, nothing, ' ms'),
        compare('P15', starting, mock, ' ms'),
        compare('B11', verifying, nothingBefore, ' ms'),
      ],
    });
  } finally {
    await removeHome(home);
  }
}

/** Milliseconds from spawning `node` to its first 200 for the discovery document. */
async function timeUntilServed(args: readonly string[], port: number, issuerPath: string): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    while ((await readStatus(port, `${issuerPath}/.well-known/openid-configuration`)) !== 200) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return performance.now() - begun;
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

function readStatus(port: number, path: string): Promise<number> {
  return new Promise((resolve) => {
    const outgoing = request({ host: 'localhost', port, path, agent: false, family: 4 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    outgoing.on('error', () => resolve(0));
    outgoing.end();
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
