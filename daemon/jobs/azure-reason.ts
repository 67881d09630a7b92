import type { Job } from './job.ts';

/** `Build.Reason` of Azure Pipelines, the most common first (Azure docs: "Predefined variables"). */
export const AZURE_REASONS = [
  'IndividualCI',
  'Manual',
  'PullRequest',
  'Schedule',
  'BatchedCI',
  'ResourceTrigger',
  'BuildCompletion',
] as const;

type Reason = (typeof AZURE_REASONS)[number];

const REASON_OF_TRIGGER = {
  push: 'IndividualCI',
  tag: 'IndividualCI',
  pull_request: 'PullRequest',
  fork: 'PullRequest',
  schedule: 'Schedule',
  manual: 'Manual',
} as const satisfies Record<Job['trigger'], Reason>;

/** Why a build runs: its event where that is one of Azure's own, else what its trigger comes to. */
export function findAzureReason({ event, trigger }: Pick<Job, 'event' | 'trigger'>): Reason {
  return AZURE_REASONS.find((reason) => reason === event) ?? REASON_OF_TRIGGER[trigger];
}
