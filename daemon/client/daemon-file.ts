import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MintmarkError } from '../problem.ts';

/** What a running daemon leaves in `daemon.json` for the clients of its own user (CONTRACT §1). */
export interface DaemonFile {
  readonly pid: number;
  readonly baseUrl: string;
  /** Where it listens on this machine, when the base URL is a public one. */
  readonly localPort?: number;
  readonly controlToken: string;
  readonly instance: string;
  readonly version: string;
  readonly startedAt: string;
}

const MEMBERS = ['baseUrl', 'controlToken', 'instance', 'version', 'startedAt'] as const;
const MAX_BYTES = 65_536;

/**
 * Reads `daemon.json` of a state directory; null when there is none, or when it is no such file (a crash may leave half
 * of anything). What it says is not believed until the daemon proves it (`proveDaemon`).
 *
 * @throws MintmarkError `state_insecure` when it is someone else's, or someone else could have written or read it.
 */
export function readDaemonFile(home: string): DaemonFile | null {
  const path = join(home, 'daemon.json');
  let descriptor: number;
  try {
    // O_NONBLOCK: a FIFO in its place must not hold us up.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'ELOOP') throw new MintmarkError('state_insecure', `${path} is a symbolic link`, { cause });
    if (code === 'EACCES' || code === 'EPERM') {
      const detail = `${path} is another user's: use a state directory of your own (--home)`;
      throw new MintmarkError('state_insecure', detail, { cause });
    }
    throw new MintmarkError('file_unreadable', `${path} cannot be read (${code})`, { cause });
  }
  try {
    assertPrivate(descriptor, path);
    return parseDaemonFile(readFileSync(descriptor, 'utf8'));
  } finally {
    closeSync(descriptor);
  }
}

function assertPrivate(descriptor: number, path: string): void {
  const stat = fstatSync(descriptor);
  if (!stat.isFile() || stat.nlink > 1 || stat.size > MAX_BYTES) {
    throw new MintmarkError('state_insecure', `${path} is no plain file of its own`);
  }
  // Windows has no owner and mode of this kind: there the profile folder's access list protects the file.
  if (process.getuid === undefined) return;
  if (stat.uid !== process.getuid()) throw new MintmarkError('state_insecure', `${path} belongs to another user`);
  if ((stat.mode & 0o077) !== 0) {
    throw new MintmarkError('state_insecure', `${path} is open to other users; mend it with: chmod 600 '${path}'`);
  }
}

function parseDaemonFile(text: string): DaemonFile | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isDaemonFile(value) ? value : null;
}

function isDaemonFile(value: unknown): value is DaemonFile {
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Record<string, unknown>;
  const pid = members.pid;
  return (
    typeof pid === 'number' &&
    Number.isSafeInteger(pid) &&
    pid > 0 &&
    (members.localPort === undefined || typeof members.localPort === 'number') &&
    MEMBERS.every((name) => typeof members[name] === 'string')
  );
}
