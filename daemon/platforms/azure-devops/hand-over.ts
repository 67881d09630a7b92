import type { Job } from '../../jobs/job.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { placeRequest } from './routes.ts';
import { describeVariables } from './variables.ts';

/** The request endpoint, and System.AccessToken as a job has it whose file maps it into its environment. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  return {
    variables: async () => ({
      ...describeVariables(job, grant),
      SYSTEM_OIDCREQUESTURI: `${grant.issuerUrl}${placeRequest(job)}`,
      SYSTEM_ACCESSTOKEN: grant.secret,
    }),
  };
}
