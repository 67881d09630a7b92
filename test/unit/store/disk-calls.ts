import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { atEnd } from './fixtures.ts';

export interface DiskCall {
  readonly name: 'sync' | 'rename';
  /** The name of the file or directory; of a renamed one before and after. */
  readonly from: string;
  readonly to?: string;
}

/** Writes down what is made durable and what gets another name, in order; all of it happens as ever. */
export function recordDisk(): readonly DiskCall[] {
  const calls: DiskCall[] = [];
  const names = new Map<number, string>();
  const { openSync, fsyncSync, renameSync } = fs;
  atEnd(() => {
    Object.assign(fs, { openSync, fsyncSync, renameSync });
    syncBuiltinESMExports();
  });
  fs.openSync = (path, flags, mode) => {
    const file = openSync(path, flags, mode);
    names.set(file, basename(String(path)));
    return file;
  };
  fs.fsyncSync = (file) => {
    fsyncSync(file);
    calls.push({ name: 'sync', from: names.get(file) ?? '' });
  };
  fs.renameSync = (from, to) => {
    renameSync(from, to);
    calls.push({ name: 'rename', from: basename(String(from)), to: basename(String(to)) });
  };
  syncBuiltinESMExports();
  return calls;
}
