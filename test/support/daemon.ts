import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, type Ask, ask } from './http.ts';
import { reservePort } from './ports.ts';
import {
  BUNDLE,
  cleanEnvironment,
  isAlive,
  makeHome,
  NODE,
  type Outcome,
  type Running,
  run,
  runCli,
} from './program.ts';
import { waitFor } from './wait.ts';
import type { Algorithm, Expectation, Issuer, Jwks, Key, Minted, Verdict } from './wire.ts';

export interface DaemonFile {
  pid: number;
  baseUrl: string;
  controlToken: string;
  instance: string;
  version: string;
  startedAt: string;
}

/** A daemon as its control API shows it, whoever started it. */
export interface Controlled {
  /** A control request with the credential; any answer is an answer. */
  control(method: string, path: string, body?: unknown, more?: Ask): Promise<Answer>;
}

export interface Daemon extends Controlled {
  readonly baseUrl: string;
  readonly port: number;
  readonly pid: number;
  readonly home: string;
  readonly controlToken: string;
  readonly process: Running;
  /** A request without any credential, to a path below the base URL. */
  publicGet(path: string, more?: Ask): Promise<Answer>;
  /** Runs the command line against this daemon's state directory. */
  cli(args: readonly string[], options?: { input?: string; env?: Record<string, string> }): Promise<Outcome>;
  /** Ends it as a service manager would, and gives its state directory back to be started on again. */
  terminate(signal?: NodeJS.Signals): Promise<Outcome>;
  /** Ends it and removes its state. */
  stop(): Promise<void>;
}

export interface DaemonOptions {
  /** An own state directory, kept by `stop`; a fresh one, removed by `stop`, without it. */
  home?: string;
  /** That of a daemon before; one that stays this process's own without it, or with 0. */
  port?: number;
  args?: readonly string[];
  env?: Record<string, string>;
  /** A line for `sh` before the daemon takes the shell's place, such as `umask 000`. */
  shell?: string;
  input?: string;
}

/** Starts `serve` as its own process and resolves with its ready line read. */
export async function startDaemon(options: DaemonOptions = {}): Promise<Daemon> {
  const fresh = options.home === undefined ? makeHome() : null;
  const home = options.home ?? (fresh as { home: string }).home;
  const args = [
    BUNDLE,
    'serve',
    '--port',
    String(options.port || (await reservePort())),
    '--json',
    '--home',
    home,
    ...(options.args ?? []),
  ];
  const spawnOptions = {
    env: cleanEnvironment(home, options.env),
    ...(options.input === undefined ? {} : { input: options.input }),
  };
  const process = options.shell
    ? run('/bin/sh', ['-c', `${options.shell}; exec "$0" "$@"`, NODE, ...args], spawnOptions)
    : run(NODE, args, spawnOptions);

  let ended: Outcome | undefined;
  void process.done.then((outcome) => {
    ended = outcome;
  });
  const line = await waitFor('the ready line', () => {
    if (ended) throw new Error(`serve ended with ${ended.code}: ${ended.stderr}`);
    const end = process.stdout().indexOf('\n');
    return end >= 0 && process.stdout().slice(0, end);
  });
  const ready = JSON.parse(line) as { ready: true; baseUrl: string; pid: number; home: string };
  const file = readDaemonFile(home);

  const terminate = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> => {
    process.child.kill(signal);
    return process.done;
  };
  return {
    baseUrl: ready.baseUrl,
    port: Number(new URL(ready.baseUrl).port),
    pid: ready.pid,
    home,
    controlToken: file.controlToken,
    process,
    ...controlDaemon({ baseUrl: ready.baseUrl, controlToken: file.controlToken }),
    publicGet: (path, more = {}) => ask(`${ready.baseUrl}${path}`, more),
    cli: (command, cliOptions = {}) => runCli(command, { home, ...cliOptions }),
    terminate,
    stop: async () => {
      await terminate();
      fresh?.remove();
    },
  };
}

/** Talks to the control API of a daemon that something else may have started. */
export function controlDaemon({ baseUrl, controlToken }: Pick<DaemonFile, 'baseUrl' | 'controlToken'>): Controlled {
  return {
    control: (method, path, body, more = {}) =>
      ask(`${baseUrl}/api/v1${path}`, {
        method,
        ...more,
        headers: {
          authorization: `Bearer ${controlToken}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...more.headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

/** The daemon that `start` leaves behind is nobody's child: it is found by its file and ended by its id. */
export async function startInBackground(
  home: string,
  args: readonly string[] = ['--port', '0'],
): Promise<{ outcome: Outcome; file: DaemonFile; end(): Promise<void> }> {
  const outcome = await runCli(['start', '--home', home, ...args], { home });
  if (outcome.code !== 0) throw new Error(`start ended with ${outcome.code}: ${outcome.stderr}`);
  const file = readDaemonFile(home);
  return { outcome, file, end: () => endByPid(file.pid) };
}

/** Ends one process that the test knows by its id, and waits until it is gone. */
export async function endByPid(pid: number, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  signalProcess(pid, signal);
  await waitFor(`process ${pid} to end`, () => !isAlive(pid));
}

/** Sends a signal to a process that may end by itself in this very moment. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

export function readDaemonFile(home: string): DaemonFile {
  return JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8')) as DaemonFile;
}

export function hasDaemonFile(home: string): boolean {
  return existsSync(join(home, 'daemon.json'));
}

/** The answer's body, once its status is the expected one; what the daemon said, when it is not. */
export function expectStatus<T>(answer: Answer, status: number): T {
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer.json<T>();
}

export async function createIssuer(
  daemon: Controlled,
  slug: string,
  more: { platform?: string; alg?: Algorithm; tokenTtlSeconds?: number } = {},
): Promise<Issuer> {
  return expectStatus(await daemon.control('POST', '/issuers', { slug, platform: 'generic', ...more }), 201);
}

export async function showIssuer(daemon: Controlled, slug: string): Promise<Issuer> {
  return expectStatus(await daemon.control('GET', `/issuers/${slug}`), 200);
}

export interface MintInput {
  subject?: string;
  audience?: string | string[];
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  ttlSeconds?: number;
}

export async function mint(
  daemon: Controlled,
  slug = 'default',
  input: MintInput = {},
  more: Ask = {},
): Promise<Minted> {
  return expectStatus(await daemon.control('POST', `/issuers/${slug}/tokens`, input, more), 201);
}

export async function rotate(
  daemon: Controlled,
  slug = 'default',
  input: { alg?: Algorithm; prepublish?: boolean } = {},
): Promise<Key> {
  return expectStatus(await daemon.control('POST', `/issuers/${slug}/keys/rotate`, input), 200);
}

export async function changeKey(
  daemon: Controlled,
  slug: string,
  kid: string,
  step: 'activate' | 'retire' | 'revoke',
): Promise<Key> {
  const path = `/issuers/${slug}/keys/${encodeURIComponent(kid)}/${step}`;
  return expectStatus(await daemon.control('POST', path, {}), 200);
}

export async function verify(
  daemon: Controlled,
  token: string,
  expect: Expectation = {},
  keys?: unknown,
  more: Ask = {},
): Promise<Verdict> {
  const body = { token, expect, ...(keys === undefined ? {} : { keys }) };
  return expectStatus(await daemon.control('POST', '/verify', body, more), 200);
}

/** The key set that discovery names, fetched as any relying party would. */
export async function fetchJwks(issuerUrl: string): Promise<Jwks> {
  const discovery = await ask(`${issuerUrl}/.well-known/openid-configuration`);
  const { jwks_uri } = expectStatus<{ jwks_uri: string }>(discovery, 200);
  return expectStatus(await ask(jwks_uri), 200);
}

/** Sets the time of a daemon that runs with --clock-control. */
export async function setClock(
  daemon: Controlled,
  change: { freeze?: boolean | string; advanceSeconds?: number; reset?: boolean },
): Promise<{ now: string; frozen: boolean; offsetSeconds: number }> {
  return expectStatus(await daemon.control('POST', '/clock', change), 200);
}
