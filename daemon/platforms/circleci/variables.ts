import type { Job } from '../../jobs/job.ts';
import { describePipeline } from './pipeline.ts';

/** What every job finds (docs: Project values and variables, "Built-in environment variables"). */
export function describeVariables(job: Job): Record<string, string> {
  const pipeline = describePipeline(job);
  const { owner, repository, host, pullRequest } = job;
  const url = `https://${host}/${owner}/${repository}`;
  return {
    CI: 'true',
    CIRCLECI: 'true',
    CIRCLE_BUILD_NUM: String(job.runNumber),
    CIRCLE_JOB: job.jobId,
    CIRCLE_NODE_INDEX: '0',
    CIRCLE_NODE_TOTAL: '1',
    CIRCLE_ORGANIZATION_ID: pipeline.organizationId,
    CIRCLE_PROJECT_ID: pipeline.projectId,
    CIRCLE_PROJECT_USERNAME: owner,
    CIRCLE_PROJECT_REPONAME: repository,
    CIRCLE_PIPELINE_ID: pipeline.pipelineId,
    CIRCLE_WORKFLOW_ID: pipeline.workflowId,
    CIRCLE_WORKFLOW_JOB_ID: pipeline.jobId,
    CIRCLE_REPOSITORY_URL: `git@${host}:${owner}/${repository}.git`,
    CIRCLE_SHA1: job.sha,
    CIRCLE_USERNAME: job.actor,
    ...(job.refType === 'tag' ? { CIRCLE_TAG: job.refName } : { CIRCLE_BRANCH: nameBranch(job) }),
    ...(pullRequest !== null && {
      CIRCLE_PULL_REQUEST: `${url}/pull/${pullRequest.number}`,
      CIRCLE_PULL_REQUESTS: `${url}/pull/${pullRequest.number}`,
    }),
    ...describeFork(job),
  };
}

function nameBranch({ pullRequest, refName }: Job): string {
  if (pullRequest === null) return refName;
  return pullRequest.fork === null ? pullRequest.headBranch : `pull/${pullRequest.number}`;
}

/** Only the pull request of a fork has these. */
function describeFork({ pullRequest }: Job): Record<string, string> {
  const fork = pullRequest?.fork ?? null;
  if (pullRequest === null || fork === null) return {};
  const at = fork.lastIndexOf('/');
  return {
    CIRCLE_PR_NUMBER: String(pullRequest.number),
    CIRCLE_PR_USERNAME: fork.slice(0, at),
    CIRCLE_PR_REPONAME: fork.slice(at + 1),
  };
}
