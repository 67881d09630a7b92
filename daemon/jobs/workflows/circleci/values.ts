import type { Job } from '../../job.ts';
import { listEntries, pick } from '../yaml-access.ts';
import type { YamlScalar, YamlTree } from '../yaml-tree.ts';

/** undefined: nobody here knows it. */
export type PipelineValue = YamlScalar['value'] | undefined;

const SOURCES = {
  push: 'webhook',
  tag: 'webhook',
  pull_request: 'webhook',
  fork: 'webhook',
  schedule: 'scheduled_pipeline',
  manual: 'api',
} as const satisfies Record<Job['trigger'], string>;

const EVENTS = {
  push: 'push',
  tag: 'push',
  pull_request: 'pull_request',
  fork: 'pull_request',
  schedule: undefined,
  manual: 'api',
} as const satisfies Record<Job['trigger'], string | undefined>;

/** The branch that CircleCI builds; null for a tag. A pull request from a fork has one under its number. */
export function nameBranch({ pullRequest, refType, refName }: Job): string | null {
  if (pullRequest !== null) return pullRequest.fork === null ? pullRequest.headBranch : `pull/${pullRequest.number}`;
  return refType === 'tag' ? null : refName;
}

/**
 * Pipeline values as far as the job knows them (CircleCI docs: "Project values and variables", "Pipeline values and
 * parameters"). What a pipeline has not is an empty text.
 */
export function listPipelineValues(job: Job): ReadonlyMap<string, PipelineValue> {
  const { trigger, sha, defaultBranch, pullRequest, refType, refName } = job;
  const branch = nameBranch(job);
  return new Map<string, PipelineValue>([
    ['git.branch', branch ?? ''],
    ['git.tag', pullRequest === null && refType === 'tag' ? refName : ''],
    ['git.branch.is_default', defaultBranch === null || branch === null ? undefined : branch === defaultBranch],
    ['git.revision', sha],
    ['trigger_source', SOURCES[trigger]],
    ['schedule.name', trigger === 'schedule' ? undefined : ''],
    ['schedule.id', trigger === 'schedule' ? undefined : ''],
    ['event.name', EVENTS[trigger]],
    ['event.github.pull_request.base.ref', pullRequest?.baseBranch ?? ''],
    ['event.github.pull_request.head.ref', pullRequest?.headBranch ?? ''],
    ['event.github.pull_request.number', pullRequest?.number ?? ''],
  ]);
}

/** Defaults of the pipeline parameters of a configuration, by their names as pipeline values. */
export function listDefaults(root: YamlTree): ReadonlyMap<string, PipelineValue> {
  return new Map(
    listEntries(pick(root, 'parameters')).map(([name, { value }]) => {
      const fallback = pick(value, 'default');
      return [`parameters.${name}`, fallback?.kind === 'scalar' ? fallback.value : undefined] as const;
    }),
  );
}

/** May whoever starts a pipeline pass other parameters than the defaults (docs: "Pipeline values and parameters")? */
export function passesParameters({ trigger }: Job): boolean {
  return trigger === 'manual' || trigger === 'schedule';
}

const LONGEST = 4_096;
const PLACE = /<<\s*pipeline\.([\w.-]+)\s*>>/g;

/** A text with its pipeline values; one that is nothing else keeps its type. `open` takes those that are not known. */
export function fillPipelineValues(
  text: string,
  values: ReadonlyMap<string, PipelineValue>,
  open: Set<string>,
): PipelineValue {
  if (text.length > LONGEST) {
    open.add('a text that is too long');
    return undefined;
  }
  const [, only] = /^\s*<<\s*pipeline\.([\w.-]+)\s*>>\s*$/.exec(text) ?? [];
  if (only !== undefined) return readValue(only, values, open);
  let isKnown = true;
  const filled = text.replace(PLACE, (source, name: string) => {
    const value = readValue(name, values, open);
    isKnown &&= value !== undefined;
    return value === undefined ? source : String(value ?? '');
  });
  // Parameters of jobs, and of a matrix, are filled in by orbs and by what calls them.
  for (const [source] of filled.matchAll(/<<.*?>>/g)) if (isKnown) open.add(source);
  return isKnown && !filled.includes('<<') ? filled : undefined;
}

/** @param name without `pipeline.` */
export function readValue(name: string, values: ReadonlyMap<string, PipelineValue>, open: Set<string>): PipelineValue {
  const value = values.get(name);
  if (value === undefined) open.add(`pipeline.${name}`);
  return value;
}
