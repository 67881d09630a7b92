import { accessSync, constants, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { formatBatchFile, formatShellScript } from '../../client/program-script.ts';
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
