import { DIGITS, UUID } from '../option-values.ts';
import type { PlatformOption } from '../platform.ts';

/** A name that is one segment of `sub`. */
const NAME = /^[^/]*$/;

/** What only Azure DevOps knows of a job. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  'service-connection': {
    meaning: 'Name of the service connection that the job asks a token for; without it the token is for the pipeline',
    default: '',
    pattern: NAME,
  },
  'service-connection-id': { meaning: 'Id of the service connection', default: '', pattern: UUID },
  organization: { meaning: 'Name of the organization; that of the owner without it', default: '', pattern: NAME },
  'org-id': { meaning: 'Id of the organization', default: '', pattern: UUID },
  project: {
    meaning: 'Name of the project; that of the repository (on GitHub) or of its own project without it',
    default: '',
    pattern: NAME,
  },
  'project-id': { meaning: 'Id of the project', default: '', pattern: UUID },
  pipeline: { meaning: 'Name of the pipeline; that of the repository without it', default: '', pattern: NAME },
  'definition-id': { meaning: 'Number of the pipeline', default: '', pattern: DIGITS },
};
