import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Daemon, type DaemonOptions, mint, startDaemon } from '../support/daemon.ts';
import { openJobRunner, verifyByJose } from '../support/job.ts';
import { makeHome, NODE, type Outcome, type Running, runCli } from '../support/program.ts';
import { waitFor } from '../support/wait.ts';
import type { Page } from '../support/wire.ts';

const SLUG = 'miren';

/** A machine's other process: a home that nobody made, and the file with what the coordinator asks for. */
interface Runner {
  readonly home: string;
  readonly secret: string;
  /** `--coordinator` and its secret file, for one that is at `url`. */
  flags(url?: string): string[];
  cli(words: readonly string[], env?: Record<string, string>): Promise<Outcome>;
  /** `mintmark run` with these words. */
  run(words: readonly string[]): Running;
  listDirectories(): string[];
}

let coordinator: Daemon;
let runner: Runner;
let removeHome: () => void;
beforeAll(async () => {
  coordinator = await startDaemon();
});
afterAll(() => coordinator.stop());
beforeEach(() => {
  const { home, parent, remove } = makeHome();
  runner = openRunner(home, join(parent, 'coordinator.secret'), coordinator);
  removeHome = remove;
});
afterEach(() => removeHome());

function openRunner(home: string, secret: string, at: Pick<Daemon, 'baseUrl' | 'controlToken'>): Runner {
  writeFileSync(secret, `${at.controlToken}\n`, { mode: 0o600 });
  const jobs = openJobRunner({ home });
  return {
    home,
    secret,
    flags: (url = at.baseUrl) => ['--coordinator', url, '--coordinator-secret', secret],
    cli: (words, env) => runCli(words, { home, env: { ...jobs.env, ...env } }),
    run: (words) => jobs.start(words, { cwd: join(home, '..') }),
    listDirectories: jobs.listDirectories,
  };
}

/** Another coordinator, for a test that ends it. */
async function openOther(options: DaemonOptions = {}): Promise<{ daemon: Daemon; runner: Runner }> {
  const daemon = await startDaemon(options);
  onTestFinished(() => daemon.stop());
  return { daemon, runner: openRunner(runner.home, runner.secret, daemon) };
}

const countTokens = async (daemon: Daemon): Promise<number> =>
  (await daemon.control('GET', `/tokens?limit=500`)).json<Page<unknown>>().items.length;

describe('MI-50: a runner without a key', () => {
  it('mints at the coordinator a token of the same shape, and has no state of its own', async () => {
    const minted = await runner.cli(['mint', '--as', SLUG, '--json', ...runner.flags()]);
    expect(minted.code, minted.stderr).toBe(0);
    const { token, header } = JSON.parse(minted.stdout) as { token: string; header: Record<string, unknown> };
    const own = await mint(coordinator, SLUG);
    const claims = await verifyByJose(coordinator, SLUG, token);
    expect(Object.keys(claims)).toEqual(Object.keys(own.claims));
    expect(header).toEqual(own.header);
    expect(existsSync(runner.home)).toBe(false);
  });

  it('runs a command as a sandbox of the coordinator, which ends with it', async () => {
    const script = `
      const { MIREN_IDENTITY_TOKEN_URL: url, MIREN_IDENTITY_TOKEN_SECRET: secret, MIREN_IDENTITY_TOKEN_PATH: path } = process.env;
      fetch(url, { headers: { authorization: 'Bearer ' + secret } }).then(async (answer) => {
        console.log(JSON.stringify([(await answer.json()).value, require('node:fs').readFileSync(path, 'utf8')]));
      });`;
    const { code, stdout, stderr } = await runner.run(['--as', SLUG, ...runner.flags(), '--', NODE, '-e', script]).done;
    expect(code, stderr).toBe(0);
    for (const token of JSON.parse(stdout) as string[]) {
      expect(await verifyByJose(coordinator, SLUG, token)).toMatchObject({ aud: ['miren'] });
    }
    const { items } = (await coordinator.control('GET', '/runs')).json<Page<{ endedAt: string | null }>>();
    expect(items[0]?.endedAt).not.toBeNull();
    expect(runner.listDirectories()).toEqual([]);
    expect(existsSync(runner.home)).toBe(false);
  });

  it('prints the environment of such a sandbox', async () => {
    const { code, stdout, stderr } = await runner.cli(['env', '--as', SLUG, '--json', ...runner.flags()]);
    expect(code, stderr).toBe(0);
    const { variables } = JSON.parse(stdout) as { variables: Record<string, string> };
    expect(variables.MIREN_OIDC_ISSUER_URL).toBe(`${coordinator.baseUrl}/issuers/${SLUG}`);
    expect(stderr).not.toContain('runs end');
  });

  it('asks it by each of the names of this machine', async () => {
    for (const name of ['localhost', '127.0.0.1', 'LOCALHOST']) {
      const url = `http://${name}:${coordinator.port}/`;
      expect(await runner.cli(['mint', '--as', SLUG, ...runner.flags(url)])).toMatchObject({ code: 0 });
    }
  });

  it('asks one that speaks TLS where its authority is trusted, and nowhere else', async () => {
    const { daemon, runner: other } = await openOther({ args: ['--https'] });
    const words = ['mint', '--as', SLUG, ...other.flags()];
    const trusting = await other.cli(words, { NODE_EXTRA_CA_CERTS: join(daemon.home, 'ca.pem') });
    expect(trusting.code, trusting.stderr).toBe(0);
    const doubting = await other.cli(words);
    expect(doubting).toMatchObject({ code: 3, stdout: '' });
    expect(doubting.stderr).toContain('certificate');
  });

  it('has an error and no other token when the coordinator is away, also where a daemon of its own runs', async () => {
    const { daemon, runner: other } = await openOther();
    const own = await startDaemon({ home: other.home });
    onTestFinished(() => own.stop());
    expect((await other.cli(['mint', '--as', SLUG, ...other.flags()])).code).toBe(0);
    await daemon.terminate();
    for (const words of [
      ['mint', '--as', SLUG, ...other.flags()],
      ['env', '--as', SLUG, ...other.flags()],
      ['run', '--as', SLUG, ...other.flags(), '--', NODE, '-p', '1'],
    ]) {
      const refused = await other.cli(words);
      expect(refused).toMatchObject({ code: 3, stdout: '' });
      expect(refused.stderr).toContain(`the coordinator at ${daemon.baseUrl} does not answer`);
      // Starting a daemon here would be no help.
      expect(refused.stderr).not.toContain('mintmark start');
    }
    expect(await countTokens(own)).toBe(0);
    expect(other.listDirectories()).toEqual([]);
  });

  it('says so when the coordinator goes away under a job, which keeps the token file that it has', async () => {
    const { daemon, runner: other } = await openOther();
    const goOn = join(other.secret, '..', 'go-on');
    const script = `
      const fs = require('node:fs');
      const read = () => {
        const { ino, size } = fs.statSync(process.env.MIREN_IDENTITY_TOKEN_PATH);
        return { ino, size, text: fs.readFileSync(process.env.MIREN_IDENTITY_TOKEN_PATH, 'utf8') };
      };
      const first = read();
      console.log('began');
      const waiting = setInterval(() => {
        if (!fs.existsSync(process.argv[1])) return;
        clearInterval(waiting);
        console.log(JSON.stringify([first, read()]));
        process.exitCode = Number(process.argv[2]);
      }, 20);`;
    const start = (code: string) => other.run(['--as', SLUG, ...other.flags(), '--', NODE, '-e', script, goOn, code]);
    const [good, bad] = [start('0'), start('7')];
    await waitFor('both jobs', () => good.stdout().includes('began') && bad.stdout().includes('began'));
    await daemon.terminate();
    const away = `the coordinator at ${daemon.baseUrl} does not answer`;
    await waitFor('the word', () => [good, bad].every((job) => job.stderr().includes(away)), 60_000);
    writeFileSync(goOn, '');
    const [done, failed] = await Promise.all([good.done, bad.done]);
    expect([done.code, failed.code]).toEqual([3, 7]);
    const [before, after] = JSON.parse(done.stdout.split('\n')[1] ?? '') as unknown[];
    expect(after).toEqual(before);
    expect(done.stderr.split(away)).toHaveLength(2);
  });

  it.each([
    ['http://coordinator.example:6468'],
    ['http://192.168.0.10:6468'],
    ['http://localhost.example'],
    ['ftp://localhost:6468'],
    ['http://localhost:6468/issuers/miren'],
    ['http://localhost:6468/?x=1'],
    ['http://user@localhost:6468'],
    ['localhost:6468'],
    [''],
  ])('does not ask at %j, which is no coordinator of this machine', async (url) => {
    const refused = await runner.cli(['mint', '--as', SLUG, ...runner.flags(url)]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('is no place on this machine');
  });

  it('is told both, where the coordinator is and what it asks for', async () => {
    const [coordinatorFlags, secretFlags] = [runner.flags().slice(0, 2), runner.flags().slice(2)];
    for (const flags of [coordinatorFlags, secretFlags]) {
      const refused = await runner.cli(['mint', '--as', SLUG, ...flags]);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain('--coordinator-secret');
    }
  });
});

describe('MI-38: the file with the secret', () => {
  const mintAt = (url?: string) => runner.cli(['mint', '--as', SLUG, ...runner.flags(url)]);

  it.each([[''], ['\n'], ['\r\n']])('works with %j at its end', async (end) => {
    writeFileSync(runner.secret, `${coordinator.controlToken}${end}`);
    expect(await mintAt()).toMatchObject({ code: 0 });
  });

  it.each([[''], ['\n'], ['two words\n'], ['two\nlines\n']])('is refused when it is %j', async (content) => {
    writeFileSync(runner.secret, content);
    const refused = await mintAt();
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(runner.secret);
    expect(refused.stderr).not.toContain('two');
  });

  it('is refused when others can read it', async () => {
    chmodSync(runner.secret, 0o640);
    const refused = await mintAt();
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain('chmod 600');
    expect(statSync(runner.secret).mode & 0o777).toBe(0o640);
  });

  it('is refused when it is not there', async () => {
    const refused = await runner.cli([
      'mint',
      '--as',
      SLUG,
      '--coordinator',
      coordinator.baseUrl,
      '--coordinator-secret',
      `${runner.secret}.none`,
    ]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(`${runner.secret}.none is not there`);
  });

  it('is of this coordinator, or nothing is asked of it', async () => {
    writeFileSync(runner.secret, 'A'.repeat(43));
    const refused = await mintAt();
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain('not the coordinator');
  });

  it('is never sent to a stranger, who may even know a daemon that answers for him', async () => {
    const heard: string[] = [];
    const stranger = createServer(async (asked, answer) => {
      heard.push(JSON.stringify([asked.url, asked.headers]));
      const nonce = String(asked.headers['mintmark-nonce'] ?? '');
      const real = await fetch(`${coordinator.baseUrl}/api/v1/health`, { headers: { 'mintmark-nonce': nonce } });
      answer.writeHead(200, { 'content-type': 'application/json' }).end(await real.text());
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void stranger.close());
    const place = stranger.address();
    const url = `http://localhost:${typeof place === 'object' && place !== null ? place.port : 0}`;
    const refused = await mintAt(url);
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(heard).toHaveLength(1);
    const secret = readFileSync(runner.secret, 'utf8').trim();
    expect(heard.join() + refused.stderr).not.toContain(secret);
  });
});
