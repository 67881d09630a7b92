import type { Platform } from '../platform.ts';
import { BUILD_SOURCES } from './build.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { buildkiteProfile } from './profile.ts';
import { refuse, routes } from './routes.ts';

/** Buildkite Pipelines (buildkite.com/docs/agent/cli/reference/oidc). */
export const buildkite: Platform = {
  label: 'Buildkite',
  profile: buildkiteProfile,
  delivery:
    'The job runs `buildkite-agent oidc request-token`, which asks the Agent API with BUILDKITE_AGENT_ACCESS_TOKEN.',
  events: BUILD_SOURCES,
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['BUILDKITE', 'BUILDKITE_AGENT_ACCESS_TOKEN', 'BUILDKITE_AGENT_ENDPOINT', 'BUILDKITE_JOB_ID'],
  routes,
  describeFailure: refuse,
  realIssuer: () => 'https://agent.buildkite.com',
};
