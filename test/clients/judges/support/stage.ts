import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Daemon, type DaemonOptions, startDaemon } from '../../../support/daemon.ts';
import { type JobRunner, openJobRunner } from '../../../support/job.ts';
import { NODE, type Outcome, run, runCli } from '../../../support/program.ts';
import type { Minted } from '../../../support/wire.ts';
import { believe } from './believe.ts';
import { json, type Stub, startStub } from './stub.ts';

const HERE = import.meta.dirname;
/** `mintmark run` keeps jobs off a proxy by itself. */
const OFF_PROXY = { NO_PROXY: 'localhost,127.0.0.1', no_proxy: 'localhost,127.0.0.1' };

/** What the judges of a file share: one daemon, somebody who runs jobs of it, and a wall around them. */
export interface Stage {
  daemon: Daemon;
  jobs: JobRunner;
  /** Kept until the last test is over. */
  directory: string;
  /** Variables of whoever starts a job: nothing that it starts reaches more than this machine. */
  env: Readonly<Record<string, string>>;
  /** `mintmark run --quiet` with these words. */
  run(words: readonly string[], more?: { env?: Record<string, string>; cwd?: string }): Promise<Outcome>;
  /** The same command outside any job, with nothing but these variables. */
  runAlone(command: readonly string[], env: Record<string, string>): Promise<Outcome>;
  /** A command with the environment of a job of these words that is over. */
  runLate(words: readonly string[], command: readonly string[]): Promise<Outcome>;
  issuer(slug: string): string;
  /** `mintmark mint --json` with these words. */
  mint(words: readonly string[]): Promise<Minted>;
  /** What a relying party that nobody here wrote believes of a token, keys found by discovery. */
  believe(slug: string, token: string, audience?: string | string[]): Promise<JWTPayload>;
}

/** Set before the first test; after the last one it holds that nobody asked for anything outside this machine. */
export function raiseStage(options: DaemonOptions = {}): Stage {
  const stage = {} as Stage;
  let proxy: Stub;
  let report: string;
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mintmark-judges-'));
    report = join(directory, 'outside.txt');
    proxy = await startStub(() => json(403, { message: 'nothing outside is reached' }));
    const daemon = await startDaemon(options);
    const jobs = openJobRunner(daemon);
    const env = {
      NODE_OPTIONS: `--require ${join(HERE, 'wall.cjs')}`,
      WALL_REPORT: report,
      HTTP_PROXY: proxy.url,
      HTTPS_PROXY: proxy.url,
      http_proxy: proxy.url,
      https_proxy: proxy.url,
    };
    Object.assign(stage, {
      daemon,
      jobs,
      directory,
      env,
      run: (words, more = {}) =>
        jobs.run(['--quiet', ...words], { cwd: directory, ...more, env: { ...env, ...more.env } }),
      runAlone: ([file = '', ...words], variables) =>
        run(file, words, { cwd: directory, env: { PATH: process.env.PATH, ...env, ...OFF_PROXY, ...variables } }).done,
      runLate: async (words, command) => {
        const job = await stage.run([...words, '--', NODE, '-p', 'JSON.stringify(process.env)']);
        return stage.runAlone(command, readAnswer<Record<string, string>>(job));
      },
      mint: async (words) => {
        const minted = await runCli(['mint', '--json', ...words], { home: daemon.home, cwd: directory });
        if (minted.code !== 0) throw new Error(`mint ended with ${minted.code}: ${minted.stderr}`);
        return JSON.parse(minted.stdout) as Minted;
      },
      issuer: (slug) => `${daemon.baseUrl}/issuers/${slug}`,
      believe: (slug, token, audience) => believe({ issuer: stage.issuer(slug), token, audience, home: daemon.home }),
    } satisfies Stage);
  });
  afterAll(async () => {
    await stage.daemon.stop();
    await proxy.close();
    const outside = existsSync(report) ? readFileSync(report, 'utf8') : '';
    rmSync(stage.directory, { recursive: true, force: true });
    expect({ outside, proxied: proxy.seen.map(({ method, url }) => `${method} ${url}`) }).toEqual({
      outside: '',
      proxied: [],
    });
  });
  return stage;
}

/** A command that runs a file of `programs/` with the project's Node. */
export function program(name: string, ...words: string[]): string[] {
  return [NODE, join(HERE, '../programs', name), ...words];
}

/** What a program printed as its last line. */
export function readAnswer<T = { token: string }>({ code, stdout, stderr }: Outcome): T {
  if (code !== 0) throw new Error(`ended with ${code}: ${stdout}${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}
