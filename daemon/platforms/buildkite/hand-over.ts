import type { Job } from '../../jobs/job.ts';
import { nameCheckout } from '../checkout.ts';
import type { HandOver, RunGrant } from '../platform.ts';
import { describeBuild } from './build.ts';
import { API_PATH } from './routes.ts';
import { describeVariables } from './variables.ts';

/** No token lies ready: the agent's own program asks the Agent API for one. */
export function handOver(job: Job, grant: RunGrant): HandOver {
  const endpoint = `${grant.issuerUrl}${API_PATH}`;
  return {
    variables: async () => ({
      ...describeVariables(job),
      ...nameCheckout('BUILDKITE_BUILD_CHECKOUT_PATH', grant),
      BUILDKITE_AGENT_ENDPOINT: endpoint,
      BUILDKITE_AGENT_ACCESS_TOKEN: grant.secret,
      // The agent would tell the job's log to redact the token, by a socket that only a running agent has.
      BUILDKITE_AGENT_OIDC_REQUEST_TOKEN_SKIP_TOKEN_REDACTION: 'true',
    }),
    shims: [
      {
        name: 'buildkite-agent',
        requestUrl: `${endpoint}/jobs/${describeBuild(job).jobId}/oidc/tokens`,
        requestToken: grant.secret,
      },
    ],
  };
}
