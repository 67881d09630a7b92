import { createGitHubRoute, describeFailure } from '../actions-github-endpoint.ts';
import { findServer } from '../actions-server.ts';
import type { Platform } from '../platform.ts';
import { checkAudience } from './audience.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { EVENTS, OPTIONS } from './options.ts';
import { githubActionsProfile } from './profile.ts';

/** GitHub Actions (docs.github.com/actions/reference/security/oidc). */
export const githubActions: Platform = {
  label: 'GitHub Actions',
  profile: githubActionsProfile,
  delivery: 'The job asks ACTIONS_ID_TOKEN_REQUEST_URL with ACTIONS_ID_TOKEN_REQUEST_TOKEN.',
  events: EVENTS,
  options: OPTIONS,
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['GITHUB_ACTIONS', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
  routes: [createGitHubRoute(checkAudience)],
  // A job may run six hours (docs: Actions limits).
  runSeconds: 6 * 3_600,
  describeFailure,
  realIssuer: (job) => findServer(job).issuer,
};
