import { UUID } from '../option-values.ts';
import type { PlatformOption } from '../platform.ts';

/** What only Bitbucket knows of a step. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  audiences: {
    meaning:
      'Audiences of the step (oidc: { audiences: […] }), separated by commas: at most 10, each of 150 characters',
    default: '',
    pattern: /^(?:[^,\s]{1,150}(?:,[^,\s]{1,150}){0,9})?$/,
  },
  'workspace-uuid': { meaning: 'UUID of the workspace, without braces', default: '', pattern: UUID },
  'repository-uuid': { meaning: 'UUID of the repository, without braces', default: '', pattern: UUID },
  'environment-uuid': { meaning: 'UUID of the deployment environment, without braces', default: '', pattern: UUID },
  'account-uuid': { meaning: 'UUID of who started the pipeline, without braces', default: '', pattern: UUID },
};
