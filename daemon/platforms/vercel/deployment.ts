import type { Job } from '../../jobs/job.ts';
import { deriveLetters } from '../../jobs/stable-ids.ts';

/** What Vercel knows of a deployment beyond the job. */
export interface Deployment {
  readonly team: string;
  readonly teamId: string;
  readonly project: string;
  readonly projectId: string;
  /** `dpl_…`. */
  readonly id: string;
  /** `production`, `preview`, `development` or a custom environment. */
  readonly target: string;
  readonly branch: string;
}

/**
 * Places a job in a project of Vercel. Ids that nobody said are made of names or, where every run has its own, of the
 * run.
 */
export function describeDeployment(job: Job): Deployment {
  const { owner, repository, host, pullRequest, options } = job;
  const team = options.team || toSlug(owner);
  const project = options.project || toSlug(repository);
  return {
    team,
    teamId: options['team-id'] || `team_${deriveLetters(24, 'team', team)}`,
    project,
    projectId: options['project-id'] || `prj_${deriveLetters(28, 'project', host, team, project)}`,
    id: `dpl_${deriveLetters(28, 'deployment', job.runKey)}`,
    target: job.environment ?? (isProduction(job) ? 'production' : 'preview'),
    branch: pullRequest?.headBranch ?? job.refName,
  };
}

/**
 * The branch that is deployed to production is `main`, else `master`, unless the project says another one (docs: Git).
 */
function isProduction({ pullRequest, refType, refName, options }: Job): boolean {
  if (pullRequest !== null || refType === 'tag') return false;
  const branch = options['production-branch'];
  return branch ? refName === branch : refName === 'main' || refName === 'master';
}

/** As a part of a name of a host or of a team. */
export function toSlug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
