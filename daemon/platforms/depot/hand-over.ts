import type { Job } from '../../jobs/job.ts';
import { listRequestVariables } from '../actions-endpoint.ts';
import { placeRequest } from '../actions-github-endpoint.ts';
import { findServer } from '../actions-server.ts';
import { listDefaultFiles, listDefaultVariables } from '../actions-variables.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { buildDepotContext, deriveDepotIds, identify } from './identify.ts';

/** The environment of a job: GitHub's, with the page of the job at Depot. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  const context = buildDepotContext(job);
  const ids = deriveDepotIds(job);
  const refusal = grant.refusal ?? identify(job).refusal;
  return {
    variables: async () => ({
      ...listDefaultVariables(job, context, findServer(job), grant),
      DEPOT_JOB_URL: `https://depot.dev/orgs/${ids.organization}/workflows/${ids.run}?job=${ids.job}&attempt=${ids.attempt}`,
      ...listRequestVariables({ ...grant, refusal }, placeRequest(grant.runId)),
    }),
    files: async () => listDefaultFiles(job, context),
  };
}
