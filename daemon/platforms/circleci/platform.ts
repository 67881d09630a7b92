import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { describePipeline } from './pipeline.ts';
import { circleciProfile } from './profile.ts';
import { refuse, routes } from './routes.ts';

/** CircleCI (circleci.com/docs/guides/permissions-authentication/openid-connect-tokens). */
export const circleci: Platform = {
  label: 'CircleCI',
  profile: circleciProfile,
  delivery:
    'The job finds a token in CIRCLE_OIDC_TOKEN and CIRCLE_OIDC_TOKEN_V2; `circleci run oidc get` gets one for another audience.',
  events: ['push', 'tag', 'pull_request', 'schedule', 'api'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['CIRCLECI', 'CIRCLE_OIDC_TOKEN', 'CIRCLE_OIDC_TOKEN_V2'],
  routes,
  // The longest that a job may run (docs: Jobs and steps).
  runSeconds: 18_000,
  describeFailure: refuse,
  realIssuer: (job) => {
    const root = 'https://oidc.circleci.com';
    return job.options['root-issuer'] === 'true' ? root : `${root}/org/${describePipeline(job).organizationId}`;
  },
};
