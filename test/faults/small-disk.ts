import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, small enough to fill. */
export interface SmallDisk {
  /** For a state directory; does not exist yet. */
  readonly home: string;
  /** Takes all space that is left. */
  fill(): void;
  /** Gives it back. */
  clear(): void;
  /** Makes it read-only or writable again; only while nothing on it is open for writing. */
  setReadOnly(readOnly: boolean): void;
  remove(): void;
}

/** Why there can be no such disk on this machine; null when there can. */
export const NO_SMALL_DISK: string | null =
  process.platform !== 'linux' ? 'needs Linux' : process.getuid?.() !== 0 ? 'needs root' : tryMount();

export function mountSmallDisk(megabytes: number): SmallDisk {
  const root = mkdtempSync(join(tmpdir(), 'mintmark-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', root]);
  const filler = join(root, 'filler');
  return {
    home: join(root, 'home'),
    fill: () => fillWith(filler),
    clear: () => rmSync(filler, { force: true }),
    setReadOnly: (readOnly) => {
      execFileSync('mount', ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, root], { stdio: 'pipe' });
    },
    remove: () => {
      execFileSync('umount', [root]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function fillWith(file: string): void {
  const descriptor = openSync(file, 'a');
  try {
    const chunk = Buffer.alloc(4096);
    for (;;) writeSync(descriptor, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(descriptor);
  }
}

function tryMount(): string | null {
  try {
    mountSmallDisk(1).remove();
    return null;
  } catch {
    return 'mounting is not allowed here';
  }
}
