import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { MintmarkError } from '../../problem.ts';
import type { RunShim } from '../../protocol/jobs.ts';
import { isJsonObject } from '../../token/strict-json.ts';
import type { AddCommand } from '../command-entry.ts';
import { leaveRuntime } from '../jobs/job-environment.ts';
import { takeForeground } from '../jobs/run-child.ts';
import { findProgram } from '../jobs/write-shims.ts';
import type { Session } from '../session.ts';
import { readBuildkiteAgentWords } from '../shims/buildkite-agent.ts';
import { readCircleciWords } from '../shims/circleci.ts';
import type { ReadWords, ShimRequest } from '../shims/shim.ts';
import { tellError } from '../terminal/tell-error.ts';

const SHIMS: Readonly<Record<string, ReadWords>> = {
  'buildkite-agent': readBuildkiteAgentWords,
  circleci: readCircleciWords,
};
const NOT_FOUND = 127;

/** What the stand-ins on the PATH of a job run; nobody types it. */
export const addShim: AddCommand = (program, run) => {
  program
    .command('shim <settings> [words...]', { hidden: true })
    .action((settings: string, words: string[]) => run((session) => actAsProgram(session, settings, words)));
};

async function actAsProgram(session: Session, settings: string, words: readonly string[]): Promise<number> {
  const shim = JSON.parse(readFileSync(settings, 'utf8')) as RunShim;
  const request = SHIMS[shim.name]?.(words, session.io.env) ?? null;
  if (request === null) return runInstalled(session, shim.name, words, dirname(settings));
  const answer = await askForToken(shim, request);
  if (typeof answer === 'string') {
    session.io.stdout.write(request.show(answer));
    return 0;
  }
  const { status, message } = answer;
  const exitCode = tellError(session.io, new MintmarkError('job_refused', message), { json: session.json });
  return request.exitCodeOf?.(status) ?? exitCode;
}

/** Whatever else the program can do, the one that is installed does. */
async function runInstalled(
  session: Session,
  name: string,
  words: readonly string[],
  besides: string,
): Promise<number> {
  const { env } = session.io;
  const installed = findProgram(name, env.PATH ?? '', besides);
  if (installed !== null)
    return takeForeground((line) => session.tell(line)).run([installed, ...words], leaveRuntime(env));
  session.tell(`mintmark: ${name}: this is not emulated, and no ${name} is installed`);
  return NOT_FOUND;
}

/** Why there is no token, in the platform's words. */
interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** @throws MintmarkError `daemon_unreachable` */
async function askForToken(
  { requestUrl, requestToken }: RunShim,
  { scheme, body, locate }: ShimRequest,
): Promise<string | Refusal> {
  let answer: Response;
  let content: unknown;
  try {
    answer = await fetch(locate?.(requestUrl) ?? requestUrl, {
      method: 'POST',
      redirect: 'error',
      headers: { authorization: `${scheme} ${requestToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    content = await answer.json();
  } catch (cause) {
    throw new MintmarkError('daemon_unreachable', 'the request endpoint of the job does not answer', { cause });
  }
  const members = isJsonObject(content) ? content : {};
  if (answer.ok && typeof members.token === 'string') return members.token;
  const message = typeof members.message === 'string' ? members.message : `the answer was ${answer.status}`;
  return { status: answer.status, message };
}
