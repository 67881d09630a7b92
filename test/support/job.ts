import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import type { Daemon } from './daemon.ts';
import { NODE, type Outcome, type Running, startCli } from './program.ts';

/** Commands of the product that run jobs, in a place where nothing is left behind unnoticed. */
export interface JobRunner {
  /** `mintmark run` with these words. */
  start(words: readonly string[], more?: { env?: Record<string, string>; cwd?: string }): Running;
  run(words: readonly string[], more?: { env?: Record<string, string>; cwd?: string }): Promise<Outcome>;
  /** Directories of runs that are there. */
  listDirectories(): string[];
  readonly env: Readonly<Record<string, string>>;
}

export function openJobRunner(daemon: Pick<Daemon, 'home'>): JobRunner {
  const place = join(daemon.home, '../runtime');
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const env = { XDG_RUNTIME_DIR: place };
  const start: JobRunner['start'] = (words, more = {}) =>
    startCli(['run', ...words], { cwd: daemon.home, ...more, home: daemon.home, env: { ...env, ...more.env } });
  return {
    env,
    start,
    run: (words, more) => start(words, more).done,
    listDirectories: () => (existsSync(place) ? readdirSync(place) : []),
  };
}

/** A command that asks GitHub's way, as @actions/core does, and prints the answer. */
export function askGithub(audience = 'sts.amazonaws.com', after = ''): string[] {
  const script = `
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = process.env;
    if (!url) { console.error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable'); process.exit(1); }
    const headers = { authorization: 'Bearer ' + secret };
    fetch(url + '&audience=' + encodeURIComponent(${JSON.stringify(audience)}), { headers }).then(async (answer) => {
      console.log(JSON.stringify({ status: answer.status, url, secret, ...(await answer.json()) }));
      ${after}
    });`;
  return [NODE, '-e', script];
}

export interface GithubAnswer {
  readonly status: number;
  readonly url: string;
  readonly secret: string;
  readonly value: string;
}

/** What a relying party that nobody here wrote believes of a token. */
export async function verifyByJose(daemon: Daemon, slug: string, token: string): Promise<JWTPayload> {
  const issuer = `${daemon.baseUrl}/issuers/${slug}`;
  const discovery = (await daemon.publicGet(`/issuers/${slug}/.well-known/openid-configuration`)).json<{
    jwks_uri: string;
  }>();
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(discovery.jwks_uri)), { issuer });
  return payload;
}

/** Everything that lies in a state directory, as text. */
export function readState(home: string): string {
  return readdirSync(home)
    .map((name) => readFileSync(join(home, name), 'latin1'))
    .join('\n');
}
