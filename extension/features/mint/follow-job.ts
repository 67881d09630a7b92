import { MintmarkError } from '../../../daemon/problem.ts';
import type { JobDescription } from '../../../daemon/protocol/jobs.ts';
import { showSafely } from '../../../daemon/token/safe-text.ts';
import type { JobPreview, MintProblem } from '../../../webview/protocol.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { type JobChoice, toJobQuery } from '../workflow/job-choice.ts';
import { nameUnknown } from '../workflow/job-words.ts';
import { placeProblem } from './place-problem.ts';

/** What the token of a job would say, as the job changes. */
export interface JobFollower {
  readonly preview: JobPreview | null;
  readonly problem: MintProblem | null;
  /** Is the answer for the last job still on its way? */
  readonly isAsking: boolean;
  /** null: no job is meant. */
  ask(choice: JobChoice | null): void;
  /** Asks for the same again: a file or the issuer may have changed. */
  askAgain(): void;
}

/** Only the last answer counts, in whatever order they come. @param report what is no refusal of the daemon's */
export function followJob(
  session: Pick<DaemonSession, 'call'>,
  onChange: () => void,
  report: (error: unknown) => void,
): JobFollower {
  let last: JobChoice | null = null;
  let asked = 0;
  let answered = 0;
  let preview: JobPreview | null = null;
  let problem: MintProblem | null = null;

  const ask = async (choice: JobChoice): Promise<void> => {
    const mine = ++asked;
    try {
      const description = await session.call('jobs.describe', { slug: choice.slug, ...toJobQuery(choice) });
      if (mine !== asked) return;
      [preview, problem] = [toPreview(description), null];
    } catch (error) {
      if (mine !== asked) return;
      if (!(error instanceof MintmarkError)) report(error);
      [preview, problem] = [null, error instanceof MintmarkError ? placeProblem(error) : null];
    }
    answered = mine;
    onChange();
  };
  return {
    get preview() {
      return preview;
    },
    get problem() {
      return problem;
    },
    get isAsking() {
      return answered !== asked;
    },
    ask(choice) {
      if (JSON.stringify(choice) === JSON.stringify(last)) return;
      last = choice;
      if (choice !== null) void ask(choice);
      else {
        answered = ++asked;
        [preview, problem] = [null, null];
      }
    },
    askAgain() {
      if (last !== null) void ask(last);
    },
  };
}

const MOST_LINES = 200;
const LONGEST_LINE = 2_000;
const LONGEST_CLAIMS = 262_144;

function toPreview({ subject, audience, claims, refusal, unknowns, warnings }: JobDescription): JobPreview {
  const json = JSON.stringify(claims);
  const toLines = (texts: readonly string[]) =>
    texts.slice(0, MOST_LINES).map((text) => showSafely(text.slice(0, LONGEST_LINE)));
  return {
    subject,
    audience: JSON.stringify(audience),
    claims: json.length > LONGEST_CLAIMS ? '{}' : json,
    refusal: refusal && { detail: refusal.detail, mend: refusal.mend },
    unknowns: toLines(unknowns.map(nameUnknown)),
    warnings: toLines(warnings),
  };
}
