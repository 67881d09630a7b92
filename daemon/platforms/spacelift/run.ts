import type { Job } from '../../jobs/job.ts';
import { deriveHex } from '../../jobs/stable-ids.ts';
import { formatUlid } from './ulid.ts';

/** A run as Spacelift describes it. */
export interface SpaceliftRun {
  /** `acme.app.spacelift.io`. */
  readonly accountHost: string;
  readonly spaceId: string;
  readonly spacePath: string;
  readonly callerType: string;
  readonly callerId: string;
  readonly runId: string;
  readonly runType: string;
  readonly scope: string;
  readonly trackedBranch: string;
}

/**
 * Places a job in a stack of Spacelift. Ids that nobody said are made of names or, where every run has its own, of the
 * run.
 */
export function describeRun(job: Job): SpaceliftRun {
  const { owner, repository, runKey, options } = job;
  const runType = options['run-type'] || chooseRunType(job);
  const spaceId = options['space-id'] || 'root';
  return {
    accountHost: `${options.account || toSlug(owner)}.app.spacelift.io`,
    spaceId,
    spacePath: options['space-path'] || (spaceId === 'root' ? '/root' : `/root/${spaceId}`),
    callerType: options['caller-type'] || 'stack',
    callerId: options['caller-id'] || toSlug(repository),
    // Begins as ULIDs of these years do.
    runId: formatUlid(`019${deriveHex(29, 'run', runKey)}`),
    runType,
    scope: chooseScope(runType, options.phase),
    trackedBranch: options['tracked-branch'] || (job.refName === 'master' ? 'master' : 'main'),
  };
}

/**
 * A push to the tracked branch is a tracked run, one to another branch or a pull request a proposed one (docs: Run).
 */
function chooseRunType({ options, pullRequest, refType, refName, trigger }: Job): string {
  if (options['caller-type'] === 'module') return 'TESTING';
  if (pullRequest !== null) return 'PROPOSED';
  if (trigger !== 'push' || refType === 'tag') return 'TRACKED';
  const tracked = options['tracked-branch'] ? [options['tracked-branch']] : ['main', 'master'];
  return tracked.includes(refName) ? 'TRACKED' : 'PROPOSED';
}

/** Docs: OpenID Connect, "About scopes". */
function chooseScope(runType: string, phase: string | undefined): string {
  return runType === 'PROPOSED' || (runType === 'TRACKED' && phase === 'planning') ? 'read' : 'write';
}

function toSlug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '-');
}
