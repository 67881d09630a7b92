import type { PlatformOption } from '../platform.ts';

/** A name that is one component of `sub`. */
const NAME = /^[^:]*$/;

/** What only HCP Terraform, or the variables of a workspace, know of a run. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  audience: {
    meaning: 'TFC_WORKLOAD_IDENTITY_AUDIENCE of the workspace',
    default: 'aws.workload.identity',
    pattern: /^[^,\s]+$/,
  },
  'tagged-audiences': {
    meaning: 'TAG=audience of each TFC_WORKLOAD_IDENTITY_AUDIENCE_TAG of the workspace, separated by commas',
    default: '',
    pattern: /^(?:[A-Za-z0-9_]+=[^,\s]+(?:,[A-Za-z0-9_]+=[^,\s]+)*)?$/,
  },
  'run-phase': {
    meaning: 'plan or apply; plan for a pull request and apply elsewhere without it',
    default: '',
    pattern: /^(?:plan|apply)?$/,
  },
  organization: { meaning: 'Name of the organization; that of the owner without it', default: '', pattern: NAME },
  'organization-id': { meaning: 'Id of the organization', default: '', pattern: /^(?:org-[A-Za-z0-9]+)?$/ },
  project: { meaning: 'Name of the project', default: 'Default Project', pattern: /^[^:]+$/ },
  'project-id': { meaning: 'Id of the project', default: '', pattern: /^(?:prj-[A-Za-z0-9]+)?$/ },
  workspace: { meaning: 'Name of the workspace; that of the repository without it', default: '', pattern: NAME },
  'workspace-id': { meaning: 'Id of the workspace', default: '', pattern: /^(?:ws-[A-Za-z0-9]+)?$/ },
  module: { meaning: 'Name of the module whose tests run, instead of a workspace', default: '', pattern: NAME },
  'module-test-token-ttl': {
    meaning: 'Seconds that tokens of module tests live: 300 to 1800',
    default: '600',
    pattern: /^(?:[3-9]\d\d|1[0-7]\d\d|1800)$/,
  },
};
