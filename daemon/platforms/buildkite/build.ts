import type { Job } from '../../jobs/job.ts';
import { deriveUuid } from '../../jobs/stable-ids.ts';
import { splitOption, toSlug } from '../option-values.ts';

/** Buildkite's words for what started a build, the most common first. */
export const BUILD_SOURCES = ['webhook', 'ui', 'api', 'schedule', 'trigger_job'] as const;

const SOURCE_OF_TRIGGER = {
  push: 'webhook',
  tag: 'webhook',
  pull_request: 'webhook',
  fork: 'webhook',
  schedule: 'schedule',
  manual: 'ui',
} as const;

/** What Buildkite knows of a job beyond the job itself. */
export interface Build {
  readonly organization: string;
  readonly organizationId: string;
  readonly pipeline: string;
  readonly pipelineId: string;
  readonly buildId: string;
  readonly jobId: string;
  readonly agentId: string;
  readonly clusterId: string;
  readonly queueId: string;
  readonly stepKey: string | null;
  readonly stepId: string;
  /** Empty: the step has none. */
  readonly label: string;
  /** null: the step is in none. */
  readonly group: { readonly id: string; readonly key: string; readonly label: string } | null;
  readonly source: string;
  readonly branch: string;
  /** null: the build has none. */
  readonly tag: string | null;
  readonly agentTags: Readonly<Record<string, string>>;
}

/**
 * Places a job in an organization of Buildkite. Ids that nobody said are made of names or, where every run has its
 * own, of the run.
 */
export function describeBuild(job: Job): Build {
  const { owner, repository, runKey, event, trigger, options } = job;
  const organization = options.organization || toSlug(owner.replace(/\/.*$/, ''));
  const pipeline = options.pipeline || toSlug(repository);
  const cluster = options.cluster ?? 'default';
  const queue = options.queue ?? 'default';
  // A step of a pipeline file that has no key is a job without an id.
  const stepKey = options['step-key'] === '~' ? null : options['step-key'] || job.jobId || null;
  return {
    organization,
    organizationId: options['organization-id'] || deriveUuid('organization', organization),
    pipeline,
    pipelineId: options['pipeline-id'] || deriveUuid('pipeline', organization, pipeline),
    buildId: deriveUuid('build', runKey),
    jobId: deriveUuid('job', runKey, job.jobId),
    agentId: deriveUuid('agent', runKey),
    clusterId: deriveUuid('cluster', organization, cluster),
    queueId: deriveUuid('queue', organization, cluster, queue),
    stepKey,
    // Jobs of one step, such as rows of a matrix, have its key in common.
    stepId: deriveUuid('step', runKey, stepKey ?? job.jobId),
    label: options.label === '~' ? '' : options.label || job.jobId,
    group: describeGroup(job),
    source: BUILD_SOURCES.find((source) => source === event) ?? SOURCE_OF_TRIGGER[trigger],
    branch: nameBranch(job),
    tag: job.refType === 'tag' ? job.refName : null,
    agentTags: { queue, ...Object.fromEntries(splitOption(options['agent-tags']).map(splitTag)) },
  };
}

function describeGroup({ runKey, options }: Job): Build['group'] {
  const { 'group-label': label = '', 'group-key': key = '' } = options;
  if (label === '' && key === '') return null;
  return { id: deriveUuid('group', runKey, key, label), key, label: label === '~' ? '' : label };
}

/**
 * A fork's branch has the fork's owner before it, which is Buildkite's default and keeps
 * it from passing for a branch of ours.
 */
function nameBranch({ refName, pullRequest }: Job): string {
  if (pullRequest === null) return refName;
  const { fork, headBranch } = pullRequest;
  return fork === null ? headBranch : `${fork.replace(/\/.*$/, '')}:${headBranch}`;
}

function splitTag(tag: string): readonly [name: string, value: string] {
  const at = tag.indexOf('=');
  return [tag.slice(0, at), tag.slice(at + 1)];
}
