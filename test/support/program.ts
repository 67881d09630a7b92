import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const PROJECT = resolve(import.meta.dirname, '../..');
/** The runtime that the project brings with it, and the one bundle that it is judged by. */
export const NODE = join(PROJECT, 'node_modules/node/bin/node');
export const BUNDLE = join(PROJECT, 'dist/mintmark.js');

/** A fresh place for a daemon's state: `home` does not exist yet, its parent does and is removed by `remove`. */
export function makeHome(): { parent: string; home: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), 'mintmark-'));
  return { parent, home: join(parent, 'home'), remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** An environment that holds nothing of the person who runs the tests. */
export function cleanEnvironment(home: string, extra: Record<string, string> = {}): Record<string, string> {
  const personal = join(home, '..', 'person');
  if (!existsSync(personal)) mkdirSync(personal, { recursive: true });
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: personal,
    MINTMARK_HOME: home,
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    ...extra,
  };
}

export interface Outcome {
  /** null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  pid: number;
  stdout(): string;
  stderr(): string;
  /** Resolves when the process is gone and its output has been read. */
  done: Promise<Outcome>;
}

const children = new Set<ChildProcess>();

/** What a failed test left running goes with the process that ran the test; vitest ends its workers by SIGTERM. */
function endChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}
process.once('exit', endChildren);
process.once('SIGTERM', () => {
  endChildren();
  process.kill(process.pid, 'SIGTERM');
});

/** Starts a program and collects what it says. */
export function run(file: string, args: readonly string[], options: SpawnOptions & { input?: string } = {}): Running {
  const { input, ...rest } = options;
  const child = spawn(file, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], ...rest });
  children.add(child);
  child.once('exit', () => children.delete(child));
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  if (input !== undefined) {
    // A program may refuse before it has read everything: that is its answer, not our failure.
    child.stdin?.on('error', () => {}).end(input);
  }
  const done = once(child, 'close').then(
    ([code, signal]): Outcome => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout,
      stderr,
    }),
  );
  return { child, pid: child.pid ?? -1, stdout: () => stdout, stderr: () => stderr, done };
}

export interface CliOptions {
  home: string;
  input?: string;
  env?: Record<string, string>;
  cwd?: string;
  /** Placed in front of the runtime: `['setpriv', '--reuid', …]`. */
  prefix?: readonly string[];
}

/** Starts a command of the product's command line. */
export function startCli(args: readonly string[], options: CliOptions): Running {
  const argv = [...(options.prefix ?? []), NODE, BUNDLE, ...args];
  return run(argv[0] as string, argv.slice(1), {
    cwd: options.cwd ?? PROJECT,
    env: cleanEnvironment(options.home, options.env),
    ...(options.input === undefined ? {} : { input: options.input }),
  });
}

/** Runs a command of the product's command line to its end. */
export function runCli(args: readonly string[], options: CliOptions): Promise<Outcome> {
  return startCli(args, options).done;
}

/** Is there a process with this id that has not ended? One that has, and waits for its parent to ask, is gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // The state follows the name, which stands in parentheses and may hold any character.
    const state = process.platform === 'linux' && readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '')[0];
    return state !== 'Z';
  } catch {
    return false;
  }
}
