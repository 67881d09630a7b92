import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readSystemCode } from './file-fault.ts';

/**
 * Writes a 0600 file so that after a crash either the old or the new content is there, never a part of it.
 *
 * @throws the file system's own error (ENOSPC, EROFS, …); the old file is then untouched.
 */
export function writeFileDurably(path: string, data: string | Uint8Array): void {
  publishDurably(path, (temporary) => {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    const file = openSync(temporary, 'r+');
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    } finally {
      closeSync(file);
    }
  });
}

/**
 * Lets `fill` write an empty 0600 file beside `path`, makes its content durable and only then gives it the name.
 * Whatever had that name is replaced in one step, unless `giveName` does it otherwise.
 */
export function publishDurably(
  path: string,
  fill: (temporary: string) => void,
  giveName: (temporary: string, path: string) => void = renameSync,
): void {
  const temporary = join(dirname(path), nameTemporary(path));
  createPrivateFile(temporary);
  try {
    fill(temporary);
    syncFile(temporary);
    giveName(temporary, path);
  } catch (error) {
    for (const suffix of ['', ...BESIDE_DATABASE]) rmSync(temporary + suffix, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

/** What SQLite lays beside a database, by what it appends to its name. */
export const BESIDE_DATABASE = ['-wal', '-journal', '-shm'] as const;

const nameTemporary = (path: string): string => `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`;
const TEMPORARY = new RegExp(`^\\.(.+)\\.[0-9a-f]{12}\\.tmp(?:${BESIDE_DATABASE.join('|')})?$`);

/**
 * Clears away what `publishDurably` left where it was cut off: whole copies of a database, master keys that were given
 * up. Nobody else may be writing these files. What cannot be removed stays for the next time: nothing reads it.
 *
 * @param isOurs whether the file of this name, that was to come to be in `directory`, is meant
 */
export function removeTemporaries(directory: string, isOurs: (name: string) => boolean): void {
  try {
    for (const name of readdirSync(directory)) {
      const intended = TEMPORARY.exec(name)?.[1];
      if (intended !== undefined && isOurs(intended)) rmSync(join(directory, name), { force: true });
    }
  } catch (error) {
    if (readSystemCode(error) === undefined) throw error;
  }
}

/**
 * Creates an empty file that only its owner can open, whatever the process's umask is. SQLite gives its -wal and -shm
 * files the mode of the database, so this covers them too.
 *
 * @throws EEXIST when something has that name already, be it a dangling link.
 */
export function createPrivateFile(path: string): void {
  closeSync(openSync(path, 'wx', 0o600));
}

/** Waits until the bytes of a file are on the disk. Never for a database in use: closing it drops SQLite's locks. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Waits until the names in a directory are on the disk. Windows has no such call and needs none. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
