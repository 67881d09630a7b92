import { join } from 'node:path';
import type { Job } from '../../jobs/job.ts';
import { deriveUuid } from '../../jobs/stable-ids.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { describeBuild } from './build.ts';

/** What `withCredentials` binds: the token itself, or a file with it that is made once and cannot be written. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  const { binding, variable } = job.options;
  const isFile = binding === 'file';
  const name = variable || (isFile ? 'AWS_WEB_IDENTITY_TOKEN_FILE' : 'IDTOKEN');
  const path = `secretFiles/${deriveUuid('binding', job.runKey)}/id_token`;
  const mint = async () => (await grant.mint({})).token;
  return {
    variables: async () => ({
      ...listVariables(job, grant),
      [name]: isFile ? join(grant.directory, path) : await mint(),
    }),
    ...(isFile && { files: async () => [{ path, mode: 0o400, content: await mint(), refreshSeconds: null }] }),
  };
}

/** What Jenkins sets for every build, and its branch and git plugins for those of a multibranch project. */
function listVariables(job: Job, { workspace }: RunGrant): Readonly<Record<string, string>> {
  const { jenkinsUrl, jobName, jobUrl, branch } = describeBuild(job);
  const { host, owner, repository, pullRequest, refType, runNumber } = job;
  const repositoryUrl = `https://${host}/${owner}/${repository}`;
  return {
    CI: 'true',
    JENKINS_URL: jenkinsUrl,
    HUDSON_URL: jenkinsUrl,
    JOB_NAME: jobName,
    JOB_BASE_NAME: jobName.slice(jobName.lastIndexOf('/') + 1),
    JOB_URL: jobUrl,
    JOB_DISPLAY_URL: `${jobUrl}display/redirect`,
    BUILD_NUMBER: String(runNumber),
    BUILD_ID: String(runNumber),
    BUILD_DISPLAY_NAME: `#${runNumber}`,
    BUILD_TAG: `jenkins-${jobName.replaceAll('/', '-')}-${runNumber}`,
    BUILD_URL: `${jobUrl}${runNumber}/`,
    EXECUTOR_NUMBER: '0',
    NODE_NAME: 'built-in',
    NODE_LABELS: 'built-in',
    STAGE_NAME: job.jobId,
    ...(workspace !== undefined && { WORKSPACE: workspace }),
    BRANCH_NAME: branch,
    GIT_BRANCH: branch,
    GIT_COMMIT: job.sha,
    GIT_URL: `${repositoryUrl}.git`,
    ...(refType === 'tag' && pullRequest === null && { TAG_NAME: branch }),
    ...(pullRequest !== null && {
      CHANGE_ID: String(pullRequest.number),
      CHANGE_URL: `${repositoryUrl}/pull/${pullRequest.number}`,
      CHANGE_BRANCH: pullRequest.headBranch,
      CHANGE_TARGET: pullRequest.baseBranch,
      CHANGE_AUTHOR: job.actor,
      ...(pullRequest.fork !== null && { CHANGE_FORK: pullRequest.fork }),
    }),
  };
}
