import { accessSync, constants, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { RunShim } from '../../protocol/jobs.ts';

/** Programs that ask the daemon by themselves once a job's environment tells them where. */
const ASKS_BY_ITSELF: ReadonlySet<string> = new Set(['buildkite-agent']);

/**
 * Writes the programs of a platform that a job would find on its PATH, each a script that runs this very program. What
 * it may ask with lies beside it, for its owner alone: every user can read the arguments of a process.
 *
 * @returns the directory for the front of PATH; null when there is nothing to stand in for
 */
export function writeShims(
  directory: string,
  shims: readonly RunShim[],
  program: readonly string[],
  searchPath: string,
): string | null {
  const wanted = shims.filter(({ name }) => !(ASKS_BY_ITSELF.has(name) && findProgram(name, searchPath) !== null));
  if (wanted.length === 0) return null;
  const place = join(directory, 'bin');
  mkdirSync(place, { mode: 0o700 });
  for (const shim of wanted) {
    const settings = join(place, `${shim.name}.json`);
    writeFileSync(settings, JSON.stringify(shim), { mode: 0o600 });
    const words = [...program, 'shim', settings, '--'];
    if (process.platform === 'win32') writeFileSync(join(place, `${shim.name}.cmd`), formatBatchFile(words));
    else writeFileSync(join(place, shim.name), formatShellScript(words), { mode: 0o700 });
  }
  return place;
}

function formatShellScript(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${quoted} "$@"\n`;
}

/**
 * For cmd.exe. Without `setlocal` what it sets would stay in the shell that called it, where it makes a Node of every
 * editor; with delayed expansion on, a `!` in a path would be taken for a variable.
 */
export function formatBatchFile(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word.replaceAll('%', '%%')}"`).join(' ');
  const lines = ['@setlocal DisableDelayedExpansion', '@set ELECTRON_RUN_AS_NODE=1', `@${quoted} %*`];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** Where a shell would find a program; `besides` is a directory that does not count. */
export function findProgram(name: string, searchPath: string, besides?: string): string | null {
  for (const directory of searchPath.split(delimiter)) {
    if (directory === '' || directory === besides) continue;
    const path = join(directory, name);
    if (isExecutable(path)) return path;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
