import { describeProblem, MintmarkError, type ProblemCode } from '../problem.ts';
import { redactSecrets } from '../token/redact.ts';
import { showSafely } from '../token/safe-text.ts';
import type { Io } from './io.ts';

const HINTS: Partial<Record<ProblemCode, string>> = {
  daemon_unreachable: 'start one: mintmark start',
  daemon_unproven: 'find out who answers there: mintmark doctor',
};

/**
 * Tells on stderr why a command failed: a line for people, or with --json one JSON value.
 *
 * @returns the exit code of CONTRACT §3
 */
export function tellError(io: Io, error: unknown, json: boolean): number {
  const problem = error instanceof MintmarkError ? error : wrapUnknown(error);
  // A detail may quote what someone else wrote.
  const message = redactSecrets(problem.message);
  if (json) {
    io.stderr.write(`${JSON.stringify({ error: { code: problem.code, message } })}\n`);
  } else {
    const hint = HINTS[problem.code];
    io.stderr.write(`mintmark: ${showSafely(message)}\n${hint === undefined ? '' : `  ${hint}\n`}`);
  }
  return describeProblem(problem.code).exitCode;
}

function wrapUnknown(error: unknown): MintmarkError {
  const text = error instanceof Error ? error.message : String(error);
  return new MintmarkError('internal', `something went wrong inside: ${text}`, { cause: error });
}
