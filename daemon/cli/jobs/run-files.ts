import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MintmarkError } from '../../problem.ts';
import type { RunFile } from '../../protocol/jobs.ts';

/** Puts the files of a run into its directory, with exactly their permissions and content. */
export function writeRunFiles(directory: string, files: readonly RunFile[]): void {
  for (const file of files) {
    const path = locateRunFile(directory, file);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, file.content, { flag: 'wx', mode: 0o600 });
    chmodSync(path, file.mode);
  }
}

/** Where a file of a run is. @throws MintmarkError `internal` when that is outside of the run's directory */
export function locateRunFile(directory: string, { path }: RunFile): string {
  const absolute = join(directory, path);
  const below = relative(directory, absolute);
  if (below === '' || below.startsWith('..')) throw new MintmarkError('internal', 'A file lies outside of its run');
  return absolute;
}
