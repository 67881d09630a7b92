import type { Job } from './job.ts';

/**
 * The temporary branch on which a merge queue tries what it would merge into `refs/heads/main` (GitHub docs: "Events
 * that trigger workflows", `merge_group`).
 */
export function placeMergeGroup({ ref, refName, sha }: Pick<Job, 'ref' | 'refName' | 'sha'>): string {
  return refName.startsWith('gh-readonly-queue/') ? ref : `refs/heads/gh-readonly-queue/${refName}/pr-7-${sha}`;
}
