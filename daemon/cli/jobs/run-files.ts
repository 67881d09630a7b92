import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { MintmarkError } from '../../problem.ts';
import type { RunFile } from '../../protocol/jobs.ts';

const OWNER_MAY_WRITE = 0o200;

/** Puts the files of a run into its directory, with exactly their permissions and content. */
export function writeRunFiles(directory: string, files: readonly RunFile[]): void {
  for (const file of files) {
    const path = locate(directory, file);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, file.content, { flag: 'wx', mode: 0o600 });
    chmodSync(path, file.mode);
  }
}

/**
 * Puts fresh content into files in place, as a kubelet's reader or a mounted path needs it: the same inode, and whole at
 * once, since one small write is seen whole or not at all. One that the job removed is made again, but not where the
 * directory went with it: nobody looks there any more.
 */
export function refreshRunFiles(directory: string, files: readonly RunFile[]): void {
  for (const file of files) {
    const path = locate(directory, file);
    const isReadOnly = (file.mode & OWNER_MAY_WRITE) === 0;
    try {
      if (isReadOnly) chmodSync(path, file.mode | OWNER_MAY_WRITE);
      overwrite(path, Buffer.from(file.content));
      if (isReadOnly) chmodSync(path, file.mode);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      if (existsSync(dirname(path))) writeRunFiles(directory, [file]);
    }
  }
}

function overwrite(path: string, content: Buffer): void {
  const file = openSync(path, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    writeSync(file, content, 0, content.length, 0);
    ftruncateSync(file, content.length);
  } finally {
    closeSync(file);
  }
}

function locate(directory: string, { path }: RunFile): string {
  const absolute = join(directory, path);
  const below = relative(directory, absolute);
  if (below === '' || below.startsWith('..')) throw new MintmarkError('internal', 'A file lies outside of its run');
  return absolute;
}
