import { YES_OR_NO } from '../option-values.ts';
import type { Platform } from '../platform.ts';
import { CLAIMS } from './claims.ts';
import { findInstance } from './context.ts';
import { handOver } from './hand-over.ts';
import { identify } from './identify.ts';
import { forgejoProfile } from './profile.ts';
import { describeFailure, routes } from './routes.ts';

/** Forgejo Actions, since Forgejo 15 (forgejo.org/docs/latest/user/actions/security-openid-connect). */
export const forgejo: Platform = {
  label: 'Forgejo Actions',
  profile: forgejoProfile,
  delivery: 'The job asks ACTIONS_ID_TOKEN_REQUEST_URL with ACTIONS_ID_TOKEN_REQUEST_TOKEN.',
  events: ['push', 'pull_request', 'workflow_dispatch', 'schedule', 'release', 'pull_request_target'],
  // Its services/actions/context.go.
  runsTargetOnBase: true,
  options: {
    instance: {
      meaning: 'URL of the instance; made of the host of the repository without it',
      default: '',
      pattern: /^(?:https?:\/\/[^\s?#]*[^\s?#/])?$/,
    },
    'repository-id': {
      meaning: 'Number of the repository; made of its name without it',
      default: '',
      pattern: /^\d{0,20}$/,
    },
    'owner-id': { meaning: 'Number of its owner; made of the name without it', default: '', pattern: /^\d{0,20}$/ },
    immutable: {
      meaning: 'true when sub says the ids of owner and repository, as it does for repositories newer than Forgejo 15',
      default: 'false',
      pattern: YES_OR_NO,
    },
  },
  claims: CLAIMS,
  identify,
  handOver,
  markers: ['FORGEJO_ACTIONS', 'GITEA_ACTIONS'],
  routes,
  describeFailure,
  realIssuer: (job) => `${findInstance(job).url}/api/actions`,
};
