// What bootstrap.mjs and the runner of the suites share: plain JavaScript for any Node from 20 on.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(fileURLToPath(import.meta.url));
/** The project's own Node 24, once it is installed. */
export const NODE = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
export const MINUTE = 60_000;

/** A step that failed for a reason that has been told: no stack trace on top of it. */
export class StepFailed extends Error {}

export const say = (text) => process.stderr.write(`${text}\n`);
export const toolPath = (name) => join(ROOT, 'node_modules', name);

/** Runs a tool to its end with its output passed through; one that hangs is ended with everything it started. */
export function runTool(file, args, timeout) {
  const child = spawn(file, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const endAll = (signal) => {
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
    } catch {
      // It has ended in the meantime.
    }
  };
  const onSignal = (signal) => {
    endAll(signal);
    process.exitCode = 130;
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, onSignal);
  const timer = setTimeout(() => {
    say(`cut after ${timeout / MINUTE} minutes`);
    endAll('SIGKILL');
  }, timeout);
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => {
      clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, onSignal);
      resolve(code ?? 1);
    });
  });
}
