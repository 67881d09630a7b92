import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './program.ts';
import { PATIENCE_MS, waitFor } from './wait.ts';

/** `strace` attached to a running process. */
export interface Tracer {
  /** Lines of the trace so far. */
  lines(): string[];
  detach(): Promise<void>;
}

/** Why no system calls of a program of our own can be watched on this machine; null when they can. */
export const NO_TRACER: string | null = tryTrace();

/** The same of a program that runs already: a system may let nobody but its parent look at one. */
export const NO_ATTACHING: string | null = NO_TRACER ?? tryAttach();

/** Attaches to every thread of `pid`; `options` are strace's own, such as `-e trace=fsync`. */
export async function attachTracer(pid: number, options: readonly string[]): Promise<Tracer> {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-trace-'));
  const file = join(directory, 'trace');
  const strace = run('strace', ['-f', '-p', String(pid), '-o', file, ...options]);
  await waitFor('strace to attach', () => strace.stderr().includes('attached') || strace.child.exitCode !== null);
  if (strace.child.exitCode !== null) throw new Error(`strace ended: ${strace.stderr()}`);
  return {
    lines: () => readFileSync(file, 'utf8').split('\n').filter(Boolean),
    detach: async () => {
      strace.child.kill('SIGINT');
      await strace.done;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The trace of a program of its own, ES module `code`, from its start to its end. */
export function traceModule(code: string, options: readonly string[]): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'mintmark-trace-'));
  const file = join(directory, 'trace');
  try {
    const program = [process.execPath, '--input-type=module', '--no-warnings', '--eval', code];
    execFileSync('strace', ['-f', '-qq', '-e', 'signal=none', '-o', file, ...options, ...program]);
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * What to put in front of a program so that it is killed as one of its threads makes
 * `call` for the time number `count`.
 */
export function killAt(call: string, count: number): string[] {
  return ['strace', '-f', '-qq', '-o', '/dev/null', ...listKillOptions(call, count)];
}

/** The same on a file system that has no hard links, as FAT. */
export function killWithoutLinks(call: string, count: number): string[] {
  const calls = ['-e', `trace=link,linkat,${call}`, '-e', 'inject=link,linkat:error=EPERM'];
  return ['strace', '-f', '-qq', '-o', '/dev/null', ...calls, '-e', `inject=${call}:signal=SIGKILL:when=${count}`];
}

/** The same as options for a tracer of a program that runs: `count` is then from now on. */
export function listKillOptions(call: string, count: number): string[] {
  return ['-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${count}`];
}

function tryTrace(): string | null {
  if (process.platform !== 'linux') return 'needs Linux';
  try {
    execFileSync('strace', ['-e', 'trace=none', '-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'strace is absent or may not trace';
  }
}

function tryAttach(): string | null {
  const witness = spawn('sh', ['-c', 'while sleep 0.01; do :; done'], { stdio: 'ignore' });
  try {
    // It is killed as it makes any call at all: then the tracer has nothing left to watch, and ends.
    const options = ['-qq', '-o', '/dev/null', '-e', 'inject=all:signal=SIGKILL', '-p', String(witness.pid)];
    const { status } = spawnSync('strace', options, { stdio: 'ignore', timeout: PATIENCE_MS, killSignal: 'SIGKILL' });
    return status === 0 ? null : 'strace may not attach';
  } finally {
    witness.kill('SIGKILL');
  }
}
