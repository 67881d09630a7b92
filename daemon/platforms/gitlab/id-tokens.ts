import type { Job } from '../../jobs/job.ts';
import type { JobRefusal } from '../../protocol/jobs.ts';
import { splitOption } from '../option-values.ts';

const VARIABLE = /^[A-Za-z_]\w*$/;

/** One `id_tokens` entry: the variable that the job finds its token in, and `aud` as GitLab writes it. */
export interface DeclaredToken {
  readonly variable: string;
  readonly audience: string | readonly string[];
}

/**
 * What the job declares under `id_tokens`, and what the option `id-token` adds: `NAME=audience`, and the same name
 * again for a further audience. A declaration whose name cannot be a variable is left out (`findUnusableNames` has it).
 */
export function readIdTokens({ workflow, options }: Job): readonly DeclaredToken[] {
  const audiences = new Map<string, DeclaredToken['audience']>(
    Object.entries(workflow?.idTokens ?? {}).filter(([name, { length }]) => VARIABLE.test(name) && length > 0),
  );
  for (const [variable, audience] of splitOption(options['id-token']).map(parseDeclaration)) {
    const known = audiences.get(variable);
    audiences.set(variable, known === undefined ? audience : [known, audience].flat());
  }
  return [...audiences].map(([variable, audience]) => ({ variable, audience }));
}

/** Names under `id_tokens` that cannot be variables: their declarations are left out. */
export function findUnusableNames({ workflow }: Job): readonly string[] {
  return Object.keys(workflow?.idTokens ?? {}).filter((name) => !VARIABLE.test(name));
}

/** Why GitLab would give this job no token: it has no request endpoint, only variables that the job declares. */
export function refuseJob(job: Job): JobRefusal | null {
  if (job.workflow === null || readIdTokens(job).length > 0) return null;
  return {
    code: 'id_tokens',
    detail: `The job ${job.jobId} declares no id_tokens: it has no variable with a token.`,
    mend: 'Add to the job: id_tokens: { MY_ID_TOKEN: { aud: https://service.example.com } }',
  };
}

function parseDeclaration(text: string): readonly [variable: string, audience: string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
