import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { bitbucketProfile } from './profile.ts';
import { describeStep } from './step.ts';

/** Bitbucket Pipelines (support.atlassian.com: Integrate Pipelines with resource servers using OIDC). */
export const bitbucket: Platform = {
  label: 'Bitbucket Pipelines',
  profile: bitbucketProfile,
  delivery: 'A step with `oidc: true` finds its token in BITBUCKET_STEP_OIDC_TOKEN.',
  events: ['push', 'tag', 'pull_request', 'schedule', 'manual'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['BITBUCKET_BUILD_NUMBER', 'BITBUCKET_COMMIT', 'BITBUCKET_STEP_OIDC_TOKEN'],
  routes: [],
  // What a step has when its `max-time` says nothing (docs: Step options).
  runSeconds: 7_200,
  realIssuer: (job) =>
    `https://api.bitbucket.org/2.0/workspaces/${describeStep(job).workspace}/pipelines-config/identity/oidc`,
};
