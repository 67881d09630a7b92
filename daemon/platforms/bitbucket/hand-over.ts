import type { Job } from '../../jobs/job.ts';
import { nameCheckout } from '../checkout.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { identify } from './identify.ts';
import { describeVariables } from './variables.ts';

/** A step that asks for a token finds it in BITBUCKET_STEP_OIDC_TOKEN; there is no request endpoint. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  return {
    variables: async () => {
      const variables = { ...describeVariables(job), ...nameCheckout('BITBUCKET_CLONE_DIR', grant) };
      if (identify(job).refusal !== null) return variables;
      return { ...variables, BITBUCKET_STEP_OIDC_TOKEN: (await grant.mint({})).token };
    },
  };
}
