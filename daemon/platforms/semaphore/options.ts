import { UUID, YES_OR_NO } from '../option-values.ts';
import type { PlatformOption } from '../platform.ts';

/** What only Semaphore knows of a job. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  organization: {
    meaning: 'Name of the organization; that of the owner without it',
    default: '',
    pattern: /^[a-z0-9-]*$/,
  },
  'org-id': { meaning: 'Id of the organization', default: '', pattern: UUID },
  project: { meaning: 'Name of the project; that of the repository without it', default: '', pattern: /^[\w.-]*$/ },
  'project-id': { meaning: 'Id of the project', default: '', pattern: UUID },
  'job-type': {
    meaning: 'pipeline_job, debug_job or project_debug_job',
    default: 'pipeline_job',
    pattern: /^(?:pipeline_job|debug_job|project_debug_job)$/,
  },
  promotion: {
    meaning: 'Whether the pipeline was promoted: no, auto or manual',
    default: 'no',
    pattern: /^(?:no|auto|manual)$/,
  },
  'pipeline-rerun': { meaning: 'Whether the pipeline is a rerun', default: 'false', pattern: YES_OR_NO },
  'aws-tags': { meaning: 'Whether the organization has session tags for AWS', default: 'false', pattern: YES_OR_NO },
};
