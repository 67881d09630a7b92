import type { Job } from '../../jobs/job.ts';
import { describeWorkflow } from './workflow.ts';

/** What every job finds (docs: Environment variables). The organization's URL is the issuer. */
export function describeVariables(job: Job): Record<string, string> {
  const workflow = describeWorkflow(job);
  const { pullRequest, options, trigger, event } = job;
  const isApi = event === 'api';
  return {
    CI: 'true',
    SEMAPHORE: 'true',
    SEMAPHORE_ORGANIZATION_URL: job.issuerUrl,
    SEMAPHORE_PROJECT_ID: workflow.projectId,
    SEMAPHORE_PROJECT_NAME: workflow.project,
    SEMAPHORE_WORKFLOW_ID: workflow.workflowId,
    SEMAPHORE_WORKFLOW_NUMBER: String(job.runNumber),
    SEMAPHORE_WORKFLOW_RERUN: String(job.runAttempt > 1),
    SEMAPHORE_WORKFLOW_TRIGGERED_BY: job.actor,
    SEMAPHORE_WORKFLOW_TRIGGERED_BY_API: String(isApi),
    SEMAPHORE_WORKFLOW_TRIGGERED_BY_HOOK: String(trigger !== 'schedule' && trigger !== 'manual'),
    SEMAPHORE_WORKFLOW_TRIGGERED_BY_MANUAL_RUN: String(trigger === 'manual' && !isApi),
    SEMAPHORE_WORKFLOW_TRIGGERED_BY_SCHEDULE: String(trigger === 'schedule'),
    SEMAPHORE_PIPELINE_ID: workflow.pipelineId,
    SEMAPHORE_PIPELINE_PROMOTION: String(options.promotion !== 'no'),
    SEMAPHORE_PIPELINE_RERUN: options['pipeline-rerun'] ?? 'false',
    SEMAPHORE_JOB_ID: workflow.jobId,
    SEMAPHORE_JOB_NAME: job.jobId,
    SEMAPHORE_GIT_PROVIDER: job.host.replace(/\.(?:com|org)$/, ''),
    SEMAPHORE_GIT_REPO_NAME: job.repository,
    SEMAPHORE_GIT_REPO_SLUG: workflow.repositorySlug,
    SEMAPHORE_GIT_URL: `git@${job.host}:${workflow.repositorySlug}.git`,
    SEMAPHORE_GIT_SHA: job.sha,
    SEMAPHORE_GIT_REF: job.ref,
    SEMAPHORE_GIT_REF_TYPE: workflow.refType,
    SEMAPHORE_GIT_BRANCH: workflow.branch,
    SEMAPHORE_GIT_WORKING_BRANCH: pullRequest?.headBranch ?? workflow.branch,
    SEMAPHORE_GIT_COMMITTER: job.actor,
    ...(workflow.tag !== '' && { SEMAPHORE_GIT_TAG_NAME: workflow.tag }),
    ...(pullRequest !== null && {
      SEMAPHORE_GIT_PR_NUMBER: String(pullRequest.number),
      SEMAPHORE_GIT_PR_BRANCH: pullRequest.headBranch,
      SEMAPHORE_GIT_PR_SLUG: pullRequest.fork ?? workflow.repositorySlug,
      SEMAPHORE_GIT_PR_SHA: job.sha,
    }),
  };
}
