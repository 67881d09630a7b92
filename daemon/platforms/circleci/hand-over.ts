import type { Job } from '../../jobs/job.ts';
import { nameCheckout } from '../checkout.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { formatSubjectV1, identify } from './identify.ts';
import { describePipeline } from './pipeline.ts';
import { TOKEN_PATH } from './routes.ts';
import { describeVariables } from './variables.ts';

/** A token with either form of `sub`, and the program that asks for one with another audience. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  const variables = { ...describeVariables(job), ...nameCheckout('CIRCLE_WORKING_DIRECTORY', grant) };
  if (identify(job).refusal !== null) return { variables: async () => variables };
  return {
    variables: async () => {
      const [first, second] = await Promise.all([
        grant.mint({ subject: formatSubjectV1(describePipeline(job)) }),
        grant.mint({}),
      ]);
      return { ...variables, CIRCLE_OIDC_TOKEN: first.token, CIRCLE_OIDC_TOKEN_V2: second.token };
    },
    shims: [{ name: 'circleci', requestUrl: `${grant.issuerUrl}${TOKEN_PATH}`, requestToken: grant.secret }],
  };
}
