import { MintmarkError } from '../problem.ts';
import { JOB_TRIGGERS, type JobQuery, type JobTrigger, type UnknownValue } from '../protocol/jobs.ts';
import { completeJob } from './complete-job.ts';
import type { Job } from './job.ts';

// First cut by the lead so that callers compile: whoever owns this room replaces it; keep this signature.
export interface ResolveFrame {
  readonly issuerUrl: string;
  readonly baseUrl: string;
  readonly runKey: string;
  /** The platform's own options by name (`Platform.options`): known names, defaults, patterns. */
  readonly platformOptions: Readonly<Record<string, { readonly default: string; readonly pattern?: RegExp }>>;
}

export interface ResolvedJob {
  readonly job: Job;
  readonly unknowns: readonly UnknownValue[];
  readonly warnings: readonly string[];
}

export async function resolveJob(query: JobQuery, frame: ResolveFrame): Promise<ResolvedJob> {
  const { platformOptions, ...known } = frame;
  const event = query.event ?? 'push';
  const trigger: JobTrigger = JOB_TRIGGERS.find((candidate) => candidate === event) ?? 'manual';
  if (query.job !== undefined) throw new MintmarkError('invalid_request', 'job: not read yet');
  const defaults = Object.fromEntries(Object.entries(platformOptions).map(([name, option]) => [name, option.default]));
  const job = completeJob(
    { ...known, trigger, event, options: { ...defaults, ...query.options } },
    query.ref === undefined ? {} : { ref: query.ref },
  );
  return { job, unknowns: [], warnings: [] };
}
