import type { Job } from '../../jobs/job.ts';
import { nameCheckout } from '../checkout.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { describeVariables } from './variables.ts';

/** Every job finds its token in SEMAPHORE_OIDC_TOKEN; there is no request endpoint. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  return {
    variables: async () => ({
      ...describeVariables(job),
      ...nameCheckout('SEMAPHORE_GIT_DIR', grant),
      SEMAPHORE_OIDC_TOKEN: (await grant.mint({})).token,
    }),
  };
}
