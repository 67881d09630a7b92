import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { MintmarkError } from '../problem.ts';

const MAX_BYTES = 65_536;

/**
 * Reads a small file of a state directory; null when there is none.
 *
 * @throws MintmarkError `state_insecure` when it is someone else's, or someone else could have written or read it;
 *   `file_unreadable`.
 */
export function readPrivateFile(path: string): string | null {
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
    return readFileSync(descriptor, 'utf8');
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
