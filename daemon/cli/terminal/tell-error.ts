import { describeProblem, MintmarkError, type ProblemCode } from '../../problem.ts';
import { redactSecrets } from '../../token/redact.ts';
import { showSafely } from '../../token/safe-text.ts';
import { explainLostDirectory } from '../files/working-directory.ts';
import type { GlobalOptions } from '../session.ts';
import type { Io } from './io.ts';
import { nameCommand } from './name-command.ts';

/** What to do about it, and the command that does. */
const HINTS: Partial<Record<ProblemCode, readonly (readonly [what: string, command: string])[]>> = {
  daemon_unreachable: [['start one', 'start']],
  daemon_unproven: [['find out who answers there', 'doctor']],
  state_locked: [
    ['see what runs', 'status'],
    ['end it', 'stop'],
  ],
  clock_control_disabled: [
    ['end the daemon', 'stop'],
    ['start one whose clock can be set', 'start --clock-control'],
  ],
  issuer_not_found: [['see which there are', 'issuers list']],
  key_not_found: [['see which there are', 'keys list --issuer SLUG']],
  token_not_found: [['see which there are', 'tokens list']],
  run_not_found: [['see which there are', 'runs list']],
  platform_unavailable: [['see which there are', 'platforms list']],
  port_busy: [['take a port that is free', 'start --port 0']],
  master_key_wrong: [['look at the whole installation', 'doctor']],
  database_unavailable: [['look at the whole installation', 'doctor']],
  passphrase_required: [['give it on standard input', 'start --passphrase-stdin']],
};

/**
 * Tells on stderr why a command failed: a line for people, or with --json one JSON value. A `home` that was given is
 * given to the commands that it names, too.
 *
 * @returns the exit code of CONTRACT §3
 */
export function tellError(io: Io, error: unknown, { json, home }: GlobalOptions): number {
  const problem = error instanceof MintmarkError ? error : (explainLostDirectory(error) ?? wrapUnknown(error));
  // A detail may quote what someone else wrote.
  const message = redactSecrets(problem.message);
  if (json) {
    io.stderr.write(`${JSON.stringify({ error: { code: problem.code, message } })}\n`);
  } else {
    const hints = (HINTS[problem.code] ?? []).map(([what, command]) => `  ${what}: ${nameCommand(command, home)}\n`);
    io.stderr.write(`mintmark: ${showSafely(message)}\n${hints.join('')}`);
  }
  return describeProblem(problem.code).exitCode;
}

function wrapUnknown(error: unknown): MintmarkError {
  const text = error instanceof Error ? error.message : String(error);
  return new MintmarkError('internal', `something went wrong inside: ${text}`, { cause: error });
}
