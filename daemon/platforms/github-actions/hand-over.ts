import type { Job } from '../../jobs/job.ts';
import { deriveUuid } from '../../jobs/stable-ids.ts';
import { buildContext } from '../actions-context.ts';
import { listRequestVariables } from '../actions-endpoint.ts';
import { placeRequest } from '../actions-github-endpoint.ts';
import { findServer } from '../actions-server.ts';
import { listDefaultFiles, listDefaultVariables } from '../actions-variables.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { identify, WORKFLOW_FILE } from './identify.ts';

/** The environment of a job: default variables, the files they name and the request endpoint. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  const context = buildContext(job, WORKFLOW_FILE);
  const refusal = grant.refusal ?? identify(job).refusal;
  return {
    variables: async () => ({
      ...listDefaultVariables(job, context, findServer(job), grant),
      RUNNER_ENVIRONMENT: job.options['runner-environment'] ?? 'github-hosted',
      RUNNER_NAME: 'GitHub Actions 1',
      ACTIONS_ORCHESTRATION_ID: `${deriveUuid('plan', job.runKey)}.${job.jobId}.__default`,
      ...listRequestVariables({ ...grant, refusal }, placeRequest(grant.runId)),
    }),
    files: async () => listDefaultFiles(job, context),
  };
}
