import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from './load.ts';

export const BUNDLE = fileURLToPath(new URL('../../dist/mintmark.js', import.meta.url));

/** What `npm start` and `mintmark start` run the daemon with. */
export const DAEMON_FLAGS = ['--max-semi-space-size=4'];

/** A server in its own process. */
export interface Server {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export interface Mintmark extends Server {
  readonly home: string;
  readonly baseUrl: string;
  /** `Authorization` and the like for the control API. */
  readonly headers: Readonly<Record<string, string>>;
  call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
}

async function readFirstLine(child: ChildProcess): Promise<Record<string, unknown>> {
  if (!child.stdout) throw new Error('the server has no stdout');
  const lines = createInterface({ input: child.stdout });
  return await new Promise((resolve, reject) => {
    lines.once('line', (line) => resolve(JSON.parse(line) as Record<string, unknown>));
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)));
  });
}

/** Ends `pid`, which is the child itself or what the child wraps, and waits for the child. */
async function endProcess(child: ChildProcess, pid: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(pid, 'SIGTERM');
  await ended;
}

/** Starts one of `peers/`; it prints `{"port": N}` when it listens. */
export async function startPeer(name: string, argument?: unknown): Promise<Server> {
  const file = fileURLToPath(new URL(`peers/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [...NODE_FLAGS, file, JSON.stringify(argument ?? null)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = await readFirstLine(child);
  const pid = child.pid as number;
  return { pid, port: Number(ready.port), stop: () => endProcess(child, pid) };
}

/** Starts the daemon; without `home` in a fresh directory that `stop` removes. */
export async function startMintmark(
  options: { readonly home?: string; readonly flags?: readonly string[]; readonly wrapper?: readonly string[] } = {},
): Promise<Mintmark> {
  const home = options.home ?? (await createHome());
  const command = [
    ...(options.wrapper ?? []),
    ...[process.execPath, ...DAEMON_FLAGS, BUNDLE, 'serve', '--port', '0', '--json', '--home', home],
    ...(options.flags ?? []),
  ];
  const child = spawn(command[0] as string, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = await readFirstLine(child);
  const baseUrl = String(ready.baseUrl);
  const daemonFile = JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8')) as { controlToken: string };
  const headers = { authorization: `Bearer ${daemonFile.controlToken}`, 'content-type': 'application/json' };
  return {
    pid: Number(ready.pid),
    port: Number(new URL(baseUrl).port),
    home,
    baseUrl,
    headers,
    async call(method, path, body) {
      const answer = await fetch(`${baseUrl}/api/v1${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}`);
      return (await answer.json()) as Record<string, unknown>;
    },
    async stop() {
      await endProcess(child, Number(ready.pid));
      if (options.home === undefined) await removeHome(home);
    },
  };
}

export async function createHome(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'mintmark-bench-'));
}

export async function removeHome(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true });
}
