import type { Job } from '../../jobs/job.ts';
import { slugify } from '../../jobs/workflows/gitlab/variables.ts';
import { guessTier, identify } from './identify.ts';
import { describePipeline, type Pipeline } from './pipeline.ts';

/** What every job finds, whether it has a token or not (docs: Predefined CI/CD variables). */
export function describeVariables(job: Job): Record<string, string> {
  const pipeline = describePipeline(job);
  return {
    ...describeServer(job.issuerUrl),
    ...describeProject(job, pipeline),
    ...describeCommit(job, pipeline),
    ...describeMergeRequest(job, pipeline),
    ...describeEnvironment(job),
  };
}

/** The instance is the issuer: clients take the issuer's URL from here. */
function describeServer(issuerUrl: string): Record<string, string> {
  const { protocol, hostname, port, host } = new URL(issuerUrl);
  return {
    CI: 'true',
    GITLAB_CI: 'true',
    CI_SERVER: 'yes',
    CI_SERVER_NAME: 'GitLab',
    CI_SERVER_URL: issuerUrl,
    CI_SERVER_PROTOCOL: protocol.slice(0, -1),
    CI_SERVER_HOST: hostname,
    CI_SERVER_PORT: port || (protocol === 'https:' ? '443' : '80'),
    CI_SERVER_FQDN: host,
    CI_API_V4_URL: `${issuerUrl}/api/v4`,
  };
}

function describeProject(job: Job, { host, project, ...pipeline }: Pipeline): Record<string, string> {
  const { claims } = identify(job);
  const url = `https://${host}/${project.path}`;
  return {
    CI_PROJECT_ID: project.id,
    CI_PROJECT_NAME: job.repository,
    CI_PROJECT_TITLE: job.repository,
    CI_PROJECT_PATH: project.path,
    CI_PROJECT_PATH_SLUG: slugify(project.path),
    CI_PROJECT_NAMESPACE: project.namespacePath,
    CI_PROJECT_NAMESPACE_ID: project.namespaceId,
    CI_PROJECT_ROOT_NAMESPACE: project.namespacePath.replace(/\/.*$/, ''),
    CI_PROJECT_URL: url,
    CI_PROJECT_VISIBILITY: job.visibility,
    ...(job.defaultBranch !== null && { CI_DEFAULT_BRANCH: job.defaultBranch }),
    CI_CONFIG_PATH: pipeline.configPath,
    CI_PIPELINE_ID: pipeline.id,
    CI_PIPELINE_IID: String(job.runNumber),
    CI_PIPELINE_SOURCE: pipeline.source,
    CI_PIPELINE_URL: `${url}/-/pipelines/${pipeline.id}`,
    CI_JOB_ID: pipeline.jobId,
    CI_JOB_NAME: job.jobId,
    CI_JOB_NAME_SLUG: slugify(job.jobId),
    CI_JOB_URL: `${url}/-/jobs/${pipeline.jobId}`,
    CI_RUNNER_ID: String(claims.runner_id),
    GITLAB_USER_ID: String(claims.user_id),
    GITLAB_USER_LOGIN: job.actor,
    GITLAB_USER_NAME: job.actor,
    GITLAB_USER_EMAIL: job.actorEmail,
  };
}

function describeCommit(job: Job, { ref }: Pipeline): Record<string, string> {
  return {
    CI_COMMIT_SHA: job.sha,
    CI_COMMIT_SHORT_SHA: job.sha.slice(0, 8),
    CI_COMMIT_REF_NAME: ref,
    CI_COMMIT_REF_SLUG: slugify(ref),
    CI_COMMIT_REF_PROTECTED: String(job.isRefProtected),
    ...(job.refType === 'tag' && { CI_COMMIT_TAG: ref }),
    ...(job.refType === 'branch' && job.pullRequest === null && { CI_COMMIT_BRANCH: ref }),
  };
}

function describeMergeRequest({ pullRequest }: Job, { project, sourceProject }: Pipeline): Record<string, string> {
  if (pullRequest === null) return {};
  return {
    CI_MERGE_REQUEST_IID: String(pullRequest.number),
    CI_MERGE_REQUEST_REF_PATH: `refs/merge-requests/${pullRequest.number}/head`,
    CI_MERGE_REQUEST_PROJECT_ID: project.id,
    CI_MERGE_REQUEST_PROJECT_PATH: project.path,
    CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: pullRequest.headBranch,
    CI_MERGE_REQUEST_SOURCE_PROJECT_ID: sourceProject.id,
    CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: sourceProject.path,
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: pullRequest.baseBranch,
  };
}

function describeEnvironment({ environment, options }: Job): Record<string, string> {
  if (environment === null) return {};
  return {
    CI_ENVIRONMENT_NAME: environment,
    CI_ENVIRONMENT_SLUG: slugify(environment).slice(0, 24),
    CI_ENVIRONMENT_ACTION: options['environment-action'] ?? 'start',
    CI_ENVIRONMENT_TIER: options['deployment-tier'] || guessTier(environment),
  };
}
