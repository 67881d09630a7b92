import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { OPTIONS } from './options.ts';
import { codefreshProfile } from './profile.ts';
import { refuse, routes } from './routes.ts';

/** Codefresh (codefresh.io/docs/docs/integrations/oidc-pipelines). */
export const codefresh: Platform = {
  label: 'Codefresh',
  profile: codefreshProfile,
  delivery: 'The build asks CF_OIDC_REQUEST_URL with CF_OIDC_REQUEST_TOKEN as its Authorization header.',
  events: ['push', 'pull_request', 'tag', 'schedule', 'manual'],
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['CF_BUILD_ID', 'CF_BUILD_URL', 'CF_OIDC_REQUEST_URL', 'CF_OIDC_REQUEST_TOKEN'],
  routes,
  describeFailure: refuse,
  realIssuer: () => 'https://oidc.codefresh.io',
};
