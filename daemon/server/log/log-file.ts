import { closeSync, constants, fstatSync, ftruncateSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import type { LogSink } from './log.ts';

/** Two files of this size hold what a person looks for and bound what a flood can fill. */
const ROTATE_AT_BYTES = 5 * 1024 * 1024;

export interface LogFileOptions {
  readonly rotateAtBytes?: number;
  /** Lines that anybody can make as many of as they like: a full file gives them up before any other. */
  readonly isExpendable?: (line: string) => boolean;
}

/**
 * Appends lines to a file that only its owner reads; at 5 MB it becomes `<path>.1` and a new one is begun, unless half
 * of it or more are expendable lines: then it goes on without those. A failing disk loses lines, never the daemon.
 *
 * @throws Error when the file cannot be opened at all.
 */
export function openLogFile(
  path: string,
  { rotateAtBytes = ROTATE_AT_BYTES, isExpendable = () => false }: LogFileOptions = {},
): { write: LogSink; close: () => void } {
  let file: number | null = openAppending(path);
  let size = fstatSync(file).size;

  const rotate = (): void => {
    if (file !== null) closeSync(file);
    file = null;
    renameSync(path, `${path}.1`);
    file = openAppending(path);
    size = 0;
  };

  /** In place: a daemon in the background has the same file as its standard error. */
  const dropExpendable = (): boolean => {
    if (file === null) return false;
    const kept = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !isExpendable(line));
    const bytes = Buffer.from(kept.map((line) => `${line}\n`).join(''));
    if (bytes.length > rotateAtBytes / 2) return false;
    ftruncateSync(file, 0);
    size = 0;
    size += writeSync(file, bytes);
    return true;
  };

  return {
    write(line) {
      try {
        if (size >= rotateAtBytes && !dropExpendable()) rotate();
        file ??= openAppending(path);
        size += writeSync(file, `${line}\n`);
      } catch {
        // A full or vanished disk: the next line tries again.
      }
    },
    close() {
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

function openAppending(path: string): number {
  // O_NOFOLLOW is missing on Windows, where nobody else can write into the user's own profile.
  const flags = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
  return openSync(path, flags, 0o600);
}
