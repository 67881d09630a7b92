import type { Command } from 'commander';
import { MintmarkError } from '../../problem.ts';
import { readSmallFile, readStdin } from '../files/read-input.ts';
import type { Session } from '../session.ts';
import { parseCount } from './parse-count.ts';

export interface PassphraseOptions {
  readonly passphraseStdin?: true;
  readonly passphraseFd?: number;
}

/** A passphrase comes through a descriptor: arguments and the environment can be read by others. */
export function addPassphraseOptions(command: Command): Command {
  return command
    .option('--passphrase-stdin', 'read the passphrase of the master key from standard input')
    .option('--passphrase-fd <n>', 'read the passphrase of the master key from a file descriptor', parseCount);
}

/**
 * The passphrase, without the line end that an editor or `echo` leaves; undefined when none is to be read.
 *
 * @throws MintmarkError `usage`, `file_unreadable`
 */
export async function readPassphrase(session: Session, options: PassphraseOptions): Promise<Buffer | undefined> {
  const { passphraseStdin, passphraseFd } = options;
  if (passphraseStdin && passphraseFd !== undefined) {
    throw new MintmarkError('usage', 'give either --passphrase-stdin or --passphrase-fd');
  }
  if (!passphraseStdin && passphraseFd === undefined) return undefined;
  const bytes = passphraseFd === undefined ? await readStdin(session.io) : readSmallFile(passphraseFd);
  let end = bytes.length;
  if (bytes[end - 1] === 0x0a) end -= bytes[end - 2] === 0x0d ? 2 : 1;
  if (end === 0) throw new MintmarkError('usage', 'the passphrase is empty');
  return bytes.subarray(0, end);
}
