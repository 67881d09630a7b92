import type { Job } from '../../jobs/job.ts';
import { describeStep } from './step.ts';

/** What every step finds (docs: Variables and secrets, "Default variables"). */
export function describeVariables(job: Job): Record<string, string> {
  const step = describeStep(job);
  const { repository, pullRequest } = job;
  const fullName = `${step.workspace}/${repository}`;
  return {
    CI: 'true',
    BITBUCKET_BUILD_NUMBER: String(job.runNumber),
    BITBUCKET_COMMIT: job.sha,
    BITBUCKET_GIT_HTTP_ORIGIN: `http://bitbucket.org/${fullName}`,
    BITBUCKET_GIT_SSH_ORIGIN: `git@bitbucket.org:${fullName}.git`,
    BITBUCKET_PIPELINE_UUID: step.pipelineUuid,
    BITBUCKET_REPO_FULL_NAME: fullName,
    BITBUCKET_REPO_OWNER: step.workspace,
    BITBUCKET_REPO_OWNER_UUID: step.workspaceUuid,
    BITBUCKET_REPO_SLUG: repository,
    BITBUCKET_REPO_UUID: step.repositoryUuid,
    BITBUCKET_REPO_IS_PRIVATE: String(job.visibility !== 'public'),
    BITBUCKET_STEP_RUN_NUMBER: String(job.runAttempt),
    BITBUCKET_STEP_TRIGGERER_UUID: step.accountUuid,
    BITBUCKET_STEP_UUID: step.stepUuid,
    BITBUCKET_WORKSPACE: step.workspace,
    ...(step.branch === null ? { BITBUCKET_TAG: job.refName } : { BITBUCKET_BRANCH: step.branch }),
    ...(pullRequest !== null && {
      BITBUCKET_PR_ID: String(pullRequest.number),
      BITBUCKET_PR_DESTINATION_BRANCH: pullRequest.baseBranch,
    }),
    ...(job.environment !== null &&
      step.environmentUuid !== null && {
        BITBUCKET_DEPLOYMENT_ENVIRONMENT: job.environment,
        BITBUCKET_DEPLOYMENT_ENVIRONMENT_UUID: step.environmentUuid,
      }),
  };
}
