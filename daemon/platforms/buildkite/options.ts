import { SLUG, UUID } from '../option-values.ts';
import type { PlatformOption } from '../platform.ts';

/** What only Buildkite knows of a job. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  organization: { meaning: 'Slug of the organization; that of the owner without it', default: '', pattern: SLUG },
  'organization-id': { meaning: 'Id of the organization', default: '', pattern: UUID },
  pipeline: { meaning: 'Slug of the pipeline; that of the repository without it', default: '', pattern: SLUG },
  'pipeline-id': { meaning: 'Id of the pipeline', default: '', pattern: UUID },
  'step-key': {
    meaning: 'Key of the step: the id of the job without it; ~ for a step that has none',
    default: '',
    pattern: /^(?:~|[\w:-]*)$/,
  },
  label: {
    meaning: 'Label of the step: that of its file, else its key, without it; ~ for a step that has none',
    default: '',
  },
  'group-label': { meaning: 'Label of the group that the step is in; ~ for one that has none', default: '' },
  'group-key': {
    meaning: 'Key of the group that the step is in',
    default: '',
    pattern: /^[\w:-]*$/,
  },
  cluster: { meaning: 'Name of the cluster', default: 'default' },
  queue: { meaning: 'Key of the queue', default: 'default', pattern: /^[\w-]+$/ },
  'agent-tags': {
    meaning: 'name=value of each further tag of the agent, separated by commas',
    default: '',
    pattern: /^(?:[^,=\s]+=[^,]*(?:,[^,=\s]+=[^,]*)*)?$/,
  },
  'runner-environment': {
    meaning: 'buildkite-hosted or self-hosted',
    default: 'buildkite-hosted',
    pattern: /^(?:buildkite|self)-hosted$/,
  },
};
