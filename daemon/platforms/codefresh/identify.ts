import type { Job } from '../../jobs/job.ts';
import { deriveHex } from '../../jobs/stable-ids.ts';
import type { JobIdentity } from '../platform.ts';
import { warnOfColons } from '../warn-of-colons.ts';
import { describeBuild } from './build.ts';

/**
 * What the token of a build says: `sub` is put together from claims, as the trigger has them (docs: OIDC in pipelines).
 */
export function identify(job: Job): JobIdentity {
  const { accountId, accountName, pipelineId, pipelineName, workflowId, initiator, source } = describeBuild(job);
  const origin = {
    ...(initiator !== null && { initiator }),
    ...(source !== null && {
      scm_repo_url: source.repositoryUrl,
      scm_user_name: source.userName,
      scm_ref: source.ref,
    }),
    ...(source !== null && source.targetBranch !== null && { scm_pull_request_target_branch: source.targetBranch }),
  };
  const parts = Object.entries({ account: accountId, pipeline: pipelineId, ...origin });
  return {
    subject: parts.flat().join(':'),
    audience: job.options['platform-url'] ?? '',
    claims: {
      account_id: accountId,
      account_name: accountName,
      pipeline_id: pipelineId,
      pipeline_name: pipelineName,
      workflow_id: workflowId,
      ...origin,
      sid: deriveHex(8, 'session', job.runKey),
    },
    refusal: null,
    warnings: warnOfColons({ initiator, 'name of the user': source?.userName ?? null }),
  };
}
