import { createGitHubRoute, describeFailure } from '../actions-github-endpoint.ts';
import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { depotProfile } from './profile.ts';

/** Depot CI, which runs GitHub's workflows (depot.dev/docs/ci/oidc). */
export const depot: Platform = {
  label: 'Depot CI',
  profile: depotProfile,
  delivery: 'The job asks ACTIONS_ID_TOKEN_REQUEST_URL with ACTIONS_ID_TOKEN_REQUEST_TOKEN.',
  events: ['push', 'pull_request', 'workflow_dispatch', 'schedule', 'release', 'workflow_run', 'merge_group'],
  options: {
    'org-id': { meaning: 'Depot’s id of the organization', default: '', pattern: /^[A-Za-z0-9_]*$/ },
    'repository-id': { meaning: 'Number of the repository on GitHub', default: '', pattern: /^\d{0,20}$/ },
    'owner-id': { meaning: 'Number of its owner on GitHub', default: '', pattern: /^\d{0,20}$/ },
  },
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['DEPOT_JOB_URL'],
  routes: [createGitHubRoute(() => null)],
  describeFailure,
  realIssuer: () => 'https://identity.depot.dev',
};
