import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { githubActionsProfile } from './profile.ts';
import { routes } from './routes.ts';

/** GitHub Actions (docs.github.com/actions/reference/security/oidc). */
export const githubActions: Platform = {
  label: 'GitHub Actions',
  profile: githubActionsProfile,
  delivery: 'The job asks ACTIONS_ID_TOKEN_REQUEST_URL with ACTIONS_ID_TOKEN_REQUEST_TOKEN.',
  events: ['push', 'pull_request', 'workflow_dispatch', 'schedule', 'release'],
  options: {
    'repository-id': { meaning: 'Number of the repository', default: '', pattern: /^\d{0,20}$/ },
    'owner-id': { meaning: 'Number of its owner', default: '', pattern: /^\d{0,20}$/ },
    'runner-environment': { meaning: 'github-hosted or self-hosted', default: 'github-hosted' },
    enterprise: { meaning: 'Enterprise that the owner belongs to', default: '' },
  },
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['GITHUB_ACTIONS', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
  routes,
  realIssuer: () => 'https://token.actions.githubusercontent.com',
};
