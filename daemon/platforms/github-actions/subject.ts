import type { Job } from '../../jobs/job.ts';
import { MintmarkError } from '../../problem.ts';
import type { JobRefusal } from '../../protocol/jobs.ts';
import { type ActionsContext, runsOnMerge } from '../actions-context.ts';
import { CLAIMS } from './claims.ts';

/** Repositories that were created, renamed or transferred after this day have immutable subjects. */
const IMMUTABLE_AFTER = '2026-07-15';

export interface Subject {
  readonly text: string;
  /** Why there is none for this job; `text` is then what the rest of the template says. */
  readonly refusal: JobRefusal | null;
}

/**
 * `sub` (docs: OIDC reference, "Example subject claims", "Immutable subject claims", "Customizing the subject claims"):
 * environment before pull request before ref, or the keys of a template; a colon inside a value is `%3A`.
 * @throws MintmarkError `invalid_request` for a key that no template may have
 */
export function formatSubject(job: Job, context: ActionsContext, claims: Readonly<Record<string, string>>): Subject {
  const parts = (job.options['subject-claims'] || 'repo,context').split(',').map((key) => {
    if (key === 'repo') return { key, text: `repo:${formatRepository(job, context)}` };
    if (key === 'context') return { key, text: formatContext(job, context) };
    const value = readClaim(key, claims);
    return { key, text: `${key}:${escapeColons(value ?? '')}`, isMissing: value === undefined };
  });
  const missing = parts.find(({ isMissing }) => isMissing);
  return {
    text: parts.map(({ text }) => text).join(':'),
    refusal: missing === undefined ? null : refuseMissing(missing.key),
  };
}

/** Does `sub` say the ids of owner and repository? Never on GitHub Enterprise Server. */
function isImmutable(options: Job['options']): boolean {
  const { immutable = 'false', host = '' } = options;
  return host === '' && (immutable === 'true' || (immutable !== 'false' && immutable > IMMUTABLE_AFTER));
}

function formatRepository(job: Job, { owner, ownerId, repository, repositoryId }: ActionsContext): string {
  return isImmutable(job.options) ? `${owner}@${ownerId}/${job.repository}@${repositoryId}` : repository;
}

/**
 * The event of a pull request is one that runs its merge: `pull_request_target` runs on the default branch and its
 * tokens name that as their `ref`, so its subject is taken to be that of the branch (MED: the docs name only
 * `pull_request`).
 */
function formatContext({ environment }: Job, context: ActionsContext): string {
  if (environment !== null) return `environment:${escapeColons(environment)}`;
  return runsOnMerge(context) ? 'pull_request' : `ref:${escapeColons(context.ref)}`;
}

function escapeColons(value: string): string {
  return value.replaceAll(':', '%3A');
}

/**
 * A template says `repo` for what the claims call `repository` (github/docs#22283).
 * @returns undefined for a claim that this job has not
 */
function readClaim(key: string, claims: Readonly<Record<string, string>>): string | undefined {
  if (key === 'repository' || !(Object.hasOwn(CLAIMS, key) || Object.hasOwn(claims, key))) {
    const hint = key === 'repository' ? 'say repo for the repository' : `${key} is no claim`;
    throw new MintmarkError('invalid_request', `options.subject-claims: ${hint}`);
  }
  return claims[key];
}

/** A claim that a template names must be there: an environment then "is required and must be provided". */
function refuseMissing(key: string): JobRefusal {
  return {
    code: 'subject-claims',
    detail: `The subject must say ${key}, which this job has not.`,
    mend: 'Give the job one, or take the key out of the template.',
  };
}
