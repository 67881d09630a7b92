import { UUID, YES_OR_NO } from '../option-values.ts';
import type { PlatformOption } from '../platform.ts';
import { OPTIONS as SEMAPHORE_OPTIONS } from '../semaphore/options.ts';
import { RUN_WORKFLOW } from './execution.ts';

const { organization, project, 'project-id': projectId } = SEMAPHORE_OPTIONS;

/** What only SuperPlane knows of a job, and of the Semaphore organization that runs it. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  'org-id': { meaning: 'Id of the SuperPlane organization', default: '', pattern: UUID },
  'canvas-id': { meaning: 'Id of the canvas', default: '', pattern: UUID },
  'node-id': { meaning: 'Id of the node; the name of the job without it', default: '' },
  'execution-id': { meaning: 'Id of the execution; another one for every run without it', default: '', pattern: UUID },
  component: { meaning: 'What the node runs', default: RUN_WORKFLOW, pattern: /^[\w.-]{1,128}$/ },
  'add-oidc-assertion': {
    meaning: 'Whether the node has "Add OIDC assertion" on',
    default: 'true',
    pattern: YES_OR_NO,
  },
  kind: {
    meaning: 'execution, or integration for the token that SuperPlane itself shows a cloud',
    default: 'execution',
    pattern: /^(?:execution|integration)$/,
  },
  'integration-id': { meaning: 'Id of the integration with that cloud', default: '', pattern: UUID },
  ...(organization !== undefined && { organization }),
  ...(project !== undefined && { project }),
  ...(projectId !== undefined && { 'project-id': projectId }),
};
