import type { Job } from '../../jobs/job.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { describeBuild } from './build.ts';
import { TOKEN_PATH } from './routes.ts';

/** Where and with what a build asks, among its system variables (docs: Variables in pipelines). */
export function handOver(job: Job, grant: RunGrant): HandOver {
  return {
    variables: async () => ({
      ...listVariables(job, grant),
      CF_OIDC_REQUEST_URL: `${grant.issuerUrl}${TOKEN_PATH}`,
      CF_OIDC_REQUEST_TOKEN: grant.secret,
    }),
  };
}

function listVariables(job: Job, { workspace }: RunGrant): Readonly<Record<string, string>> {
  const { accountName, pipelineName, workflowId, initiator } = describeBuild(job);
  const { host, owner, repository, sha, actor, pullRequest } = job;
  const branch = pullRequest?.headBranch ?? job.refName;
  return {
    CI: 'true',
    CF_ACCOUNT: accountName,
    CF_BUILD_ID: workflowId,
    CF_BUILD_INITIATOR: initiator ?? actor,
    CF_BUILD_URL: `${job.options['platform-url']}/build/${workflowId}`,
    CF_PIPELINE_NAME: pipelineName,
    CF_REPO_OWNER: owner,
    CF_REPO_NAME: repository,
    CF_BRANCH: branch,
    CF_BRANCH_TAG_NORMALIZED: branch.replaceAll('/', '_'),
    CF_REVISION: sha,
    CF_SHORT_REVISION: sha.slice(0, 7),
    CF_COMMIT_AUTHOR: actor,
    CF_COMMIT_URL: `https://${host}/${owner}/${repository}/commit/${sha}`,
    ...(workspace !== undefined && { CF_VOLUME_PATH: workspace }),
    ...(pullRequest !== null && {
      CF_BASE_BRANCH: pullRequest.baseBranch,
      CF_PULL_REQUEST_NUMBER: String(pullRequest.number),
      CF_PULL_REQUEST_TARGET: pullRequest.baseBranch,
      CF_PULL_REQUEST_ACTION: 'opened',
    }),
  };
}
