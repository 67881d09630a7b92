import { closeSync, openSync, readSync } from 'node:fs';
import { MintmarkError } from '../../problem.ts';
import { readSystemCode } from '../../store/file-fault.ts';
import type { Io } from '../terminal/io.ts';

/** More than any token, key or claims file has; an endless pipe ends here. */
const MAX_BYTES = 1_048_576;

/**
 * Reads standard input to its end.
 *
 * @throws MintmarkError `file_unreadable` beyond 1 MiB
 */
export async function readStdin(io: Io): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of io.stdin as AsyncIterable<Buffer | string>) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    length += bytes.length;
    if (length > MAX_BYTES) throw new MintmarkError('file_unreadable', 'standard input has more than 1 MiB');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/**
 * Reads a small file that the caller named, by path or by a descriptor of this process; pipes included.
 *
 * @throws MintmarkError `file_unreadable`, also beyond 1 MiB
 */
export function readSmallFile(path: string | number): Buffer {
  return guardReading(path, () => readCapped(path));
}

/** Reads by `read` what the caller named as `path`. @throws MintmarkError `file_unreadable` with the system's reason */
export function guardReading<T>(path: string | number, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof MintmarkError) throw cause;
    const code = readSystemCode(cause) ?? 'unknown';
    throw new MintmarkError('file_unreadable', `${path} cannot be read (${code})`, { cause });
  }
}

function readCapped(path: string | number): Buffer {
  const descriptor = typeof path === 'number' ? path : openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    if (length > MAX_BYTES) throw new MintmarkError('file_unreadable', `${path} has more than 1 MiB`);
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}
