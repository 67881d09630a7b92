import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

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
 * Whatever had that name is replaced in one step.
 */
export function publishDurably(path: string, fill: (temporary: string) => void): void {
  const temporary = join(dirname(path), `${nameTemporary(path)}${randomBytes(6).toString('hex')}.tmp`);
  createPrivateFile(temporary);
  try {
    fill(temporary);
    syncFile(temporary);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

const nameTemporary = (path: string): string => `.${basename(path)}.`;
/** What `nameTemporary` is followed by, with what SQLite lays beside a database. */
const REST_OF_TEMPORARY = /^[0-9a-f]{12}\.tmp(?:-journal|-wal|-shm)?$/;

/** Clears away what `publishDurably` left of `path` where it was cut off. Nobody else may be writing it. */
export function removeTemporaries(path: string): void {
  const beginning = nameTemporary(path);
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith(beginning) && REST_OF_TEMPORARY.test(name.slice(beginning.length))) {
      rmSync(join(dirname(path), name), { force: true });
    }
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
