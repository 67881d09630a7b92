import { randomUUID } from 'node:crypto';
import { describeProblem, type MintmarkError } from '../../problem.ts';
import { describeCause, type Log } from '../log/log.ts';
import type { RefusalLog } from '../log/refusal-log.ts';
import { describeFailure, headersOfProblem, type ProblemDocument, toProblem } from './answer.ts';

export interface Failure {
  readonly problem: ProblemDocument;
  readonly headers: readonly string[];
}

/** Turns anything thrown into what its caller may see, and logs the rest under the same correlation id. */
export type ReportFailure = (error: unknown, where: Readonly<Record<string, unknown>>) => Failure;

/** What a client asked for and nobody promised (RFC 9110 §15.6.2): a server error by its number only. */
const NOT_IMPLEMENTED = 501;

export function createFailureReport(log: Log, refusals: RefusalLog, newId: () => string = randomUUID): ReportFailure {
  return (error, where) => {
    const known: MintmarkError = toProblem(error);
    const correlationId = newId();
    const { status } = describeProblem(known.code);
    const isOurs = status >= 500 && status !== NOT_IMPLEMENTED;
    const fields = { correlationId, code: known.code, detail: known.message, ...where };
    if (isOurs)
      log('error', 'request failed', { ...fields, ...(known.cause !== undefined && describeCause(known.cause)) });
    else refusals.write(known.code, fields);
    return { problem: describeFailure(known, correlationId), headers: headersOfProblem(known.code) };
  };
}
