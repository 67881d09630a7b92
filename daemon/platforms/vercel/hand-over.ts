import type { Job } from '../../jobs/job.ts';
import { deriveLetters, deriveNumber } from '../../jobs/stable-ids.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { type Deployment, describeDeployment, toSlug } from './deployment.ts';

const PROVIDERS: Readonly<Record<string, string>> = { 'gitlab.com': 'gitlab', 'bitbucket.org': 'bitbucket' };

/** A token in a variable, among the system variables of a build (docs: System environment variables). */
export function handOver(job: Job, grant: RunGrant): HandOver {
  return {
    variables: async () => ({
      ...listVariables(job, describeDeployment(job)),
      VERCEL_OIDC_TOKEN: (await grant.mint({})).token,
    }),
  };
}

function listVariables(job: Job, deployment: Deployment): Readonly<Record<string, string>> {
  const { owner, repository, host, actor, sha, pullRequest, runKey } = job;
  const { team, project, projectId, id, target, branch } = deployment;
  const isKnown = target === 'production' || target === 'development';
  return {
    VERCEL: '1',
    // Only builds have it: what is pulled for development has not.
    ...(target !== 'development' && { CI: '1' }),
    // A custom environment is a preview to all that know only three.
    VERCEL_ENV: isKnown ? target : 'preview',
    VERCEL_TARGET_ENV: target,
    VERCEL_URL: `${project}-${deriveLetters(9, 'url', runKey).toLowerCase()}-${team}.vercel.app`,
    VERCEL_BRANCH_URL: `${project}-git-${toSlug(branch)}-${team}.vercel.app`,
    VERCEL_PROJECT_PRODUCTION_URL: `${project}.vercel.app`,
    VERCEL_DEPLOYMENT_ID: id,
    VERCEL_PROJECT_ID: projectId,
    VERCEL_GIT_PROVIDER: PROVIDERS[host] ?? 'github',
    VERCEL_GIT_REPO_SLUG: repository,
    VERCEL_GIT_REPO_OWNER: owner,
    VERCEL_GIT_REPO_ID: String(deriveNumber(9, 'repository', host, owner, repository)),
    VERCEL_GIT_COMMIT_REF: branch,
    VERCEL_GIT_COMMIT_SHA: sha,
    VERCEL_GIT_COMMIT_AUTHOR_LOGIN: actor,
    VERCEL_GIT_COMMIT_AUTHOR_NAME: actor,
    VERCEL_GIT_PULL_REQUEST_ID: pullRequest === null ? '' : String(pullRequest.number),
  };
}
