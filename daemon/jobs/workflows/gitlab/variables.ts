import type { Job } from '../../job.ts';
import { nameGitlabSource } from '../../triggers.ts';

/** A name as GitLab puts it into hosts: 63 of a-z, 0-9 and inner hyphens (docs: "Predefined variables", `_SLUG`). */
export function slugify(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
}

/** Predefined variables as far as the job knows them (docs: "Predefined CI/CD variables reference"). */
export function listGitlabVariables(job: Job, jobName: string): ReadonlyMap<string, string> {
  const { owner, repository, pullRequest } = job;
  // A job without a repository is told to be on github.com, where GitLab is not.
  const host = job.host === 'github.com' ? 'gitlab.com' : job.host;
  const path = `${owner}/${repository}`;
  const source = pullRequest?.headBranch ?? job.refName;
  const known: Record<string, string> = {
    CI: 'true',
    GITLAB_CI: 'true',
    CI_COMMIT_REF_NAME: source,
    CI_COMMIT_REF_SLUG: slugify(source),
    CI_COMMIT_SHA: job.sha,
    CI_COMMIT_SHORT_SHA: job.sha.slice(0, 8),
    CI_COMMIT_REF_PROTECTED: String(job.isRefProtected),
    CI_PIPELINE_SOURCE: nameGitlabSource(job),
    CI_JOB_NAME: jobName,
    CI_JOB_NAME_SLUG: slugify(jobName),
    CI_PROJECT_NAME: repository,
    CI_PROJECT_NAMESPACE: owner,
    CI_PROJECT_ROOT_NAMESPACE: owner.split('/')[0] ?? owner,
    CI_PROJECT_PATH: path,
    CI_PROJECT_PATH_SLUG: slugify(path),
    CI_PROJECT_URL: `https://${host}/${path}`,
    CI_PROJECT_VISIBILITY: job.visibility,
    CI_SERVER_HOST: host.replace(/:\d+$/, ''),
    CI_SERVER_FQDN: host,
    CI_SERVER_URL: `https://${host}`,
    GITLAB_USER_LOGIN: job.actor,
    GITLAB_USER_EMAIL: job.actorEmail,
  };
  if (job.defaultBranch !== null) known.CI_DEFAULT_BRANCH = job.defaultBranch;
  if (pullRequest !== null) {
    known.CI_MERGE_REQUEST_IID = String(pullRequest.number);
    known.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME = pullRequest.headBranch;
    known.CI_MERGE_REQUEST_TARGET_BRANCH_NAME = pullRequest.baseBranch;
    known.CI_MERGE_REQUEST_PROJECT_PATH = path;
  } else if (job.refType === 'tag') known.CI_COMMIT_TAG = job.refName;
  else known.CI_COMMIT_BRANCH = job.refName;
  return new Map(Object.entries(known));
}
