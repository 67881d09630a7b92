import type { Command } from 'commander';
import { readPrivateFile } from '../../client/private-file.ts';
import { describeCoordinatorFault, proveCoordinator, readCoordinatorUrl } from '../../client/prove-coordinator.ts';
import { MintmarkError } from '../../problem.ts';
import { quoteText } from '../../token/quote.ts';
import { parseNonEmpty } from '../options/parse-text.ts';
import { callAt, type Session } from '../session.ts';

/** Where a runner, which has no keys of its own, has its tokens made. */
export interface CoordinatorOptions {
  readonly coordinator?: string;
  readonly coordinatorSecret?: string;
}

export function addCoordinatorOptions(command: Command): Command {
  return command
    .option('--coordinator <url>', 'have it done by the daemon at this http(s)://localhost:PORT, and nothing here')
    .option(
      '--coordinator-secret <file>',
      'a file with the control token of that daemon, which nobody else can read',
      parseNonEmpty,
    );
}

/** The token that `daemon.json` has, in characters that a header takes (RFC 6750 §2.1). */
const SECRET = /^[\w.~+/-]{1,512}=*$/;

/**
 * Does a command's work, with a coordinator in the place of the daemon of this home where one is named. Then this
 * process needs no home, starts nothing and has no other way to a token. The file is read anew each time: a coordinator
 * that was started anew has another secret.
 *
 * @throws MintmarkError `usage` for what names no coordinator of this machine; `file_unreadable`, `state_insecure`;
 *   `coordinator_unreachable`, `coordinator_unproven`; and what the work throws
 */
export async function useCoordinator<T>(
  session: Session,
  { coordinator, coordinatorSecret }: CoordinatorOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  if (coordinator === undefined && coordinatorSecret === undefined) return await work(session);
  if (coordinator === undefined || coordinatorSecret === undefined) {
    throw new MintmarkError('usage', '--coordinator and --coordinator-secret belong together');
  }
  const url = readCoordinatorUrl(coordinator);
  if (url === null) {
    const detail = `--coordinator ${quoteText(coordinator)} is no place on this machine: it is written http://localhost:6468`;
    throw new MintmarkError('usage', detail);
  }
  const daemon = async () => await proveCoordinator(url, readSecret(coordinatorSecret));
  try {
    return await work({ ...session, daemon, call: callAt(session.io, daemon), coordinator: url });
  } catch (error) {
    throw describeCoordinatorFault(error, url);
  }
}

function readSecret(path: string): string {
  const text = readPrivateFile(path);
  if (text === null) throw new MintmarkError('file_unreadable', `--coordinator-secret: ${path} is not there`);
  const secret = text.replace(/\r?\n$/, '');
  if (SECRET.test(secret)) return secret;
  throw new MintmarkError(
    'file_unreadable',
    `--coordinator-secret: ${path} has no control token in it, and that alone`,
  );
}
