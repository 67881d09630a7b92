import { closeSync, constants, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import type { LogSink } from './log.ts';

/** Two files of this size hold what a person looks for and bound what a flood can fill. */
const ROTATE_AT_BYTES = 5 * 1024 * 1024;

/**
 * Appends lines to a file that only its owner reads; at 5 MB it becomes `<path>.1` and a new one is begun. A failing
 * disk loses lines, never the daemon.
 *
 * @throws Error when the file cannot be opened at all.
 */
export function openLogFile(path: string, rotateAtBytes = ROTATE_AT_BYTES): { write: LogSink; close: () => void } {
  let file: number | null = openAppending(path);
  let size = fstatSync(file).size;

  const rotate = (): void => {
    if (file !== null) closeSync(file);
    file = null;
    renameSync(path, `${path}.1`);
    file = openAppending(path);
    size = 0;
  };

  return {
    write(line) {
      try {
        if (size >= rotateAtBytes) rotate();
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
