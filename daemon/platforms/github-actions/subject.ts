import type { Job } from '../../jobs/job.ts';

/**
 * `sub` (docs: OIDC reference, "Example subject claims"): environment before pull request before ref; a colon inside a
 * value is `%3A`.
 */
export function formatSubject(job: Job, _claims: Readonly<Record<string, unknown>>): string {
  const { owner, repository } = job;
  return `repo:${owner}/${repository}:${formatContext(job)}`;
}

function formatContext({ environment, pullRequest, ref }: Job): string {
  if (environment !== null) return `environment:${environment.replaceAll(':', '%3A')}`;
  return pullRequest === null ? `ref:${ref.replaceAll(':', '%3A')}` : 'pull_request';
}
