import { MintmarkError } from '../problem.ts';
import { JOB_TRIGGERS, type JobTrigger } from '../protocol/jobs.ts';
import { quoteText } from '../token/quote.ts';
import type { Job } from './job.ts';

/**
 * GitHub's events (docs: "Events that trigger workflows"), but `fork`, which is our word for a pull request from one.
 * What neither pushes nor proposes code runs on the default branch: for other platforms that is a run by hand.
 */
const GITHUB_EVENTS = {
  branch_protection_rule: 'manual',
  check_run: 'manual',
  check_suite: 'manual',
  create: 'push',
  delete: 'manual',
  deployment: 'manual',
  deployment_status: 'manual',
  discussion: 'manual',
  discussion_comment: 'manual',
  gollum: 'manual',
  image_version: 'manual',
  issue_comment: 'manual',
  issues: 'manual',
  label: 'manual',
  merge_group: 'push',
  milestone: 'manual',
  page_build: 'manual',
  project: 'manual',
  project_card: 'manual',
  project_column: 'manual',
  public: 'manual',
  pull_request: 'pull_request',
  pull_request_review: 'pull_request',
  pull_request_review_comment: 'pull_request',
  pull_request_target: 'pull_request',
  push: 'push',
  registry_package: 'manual',
  release: 'tag',
  repository_dispatch: 'manual',
  schedule: 'schedule',
  status: 'manual',
  watch: 'manual',
  workflow_dispatch: 'manual',
  workflow_run: 'manual',
} as const satisfies Record<string, JobTrigger>;

/** They run on the branch or tag that they are about (docs: "Events that trigger workflows", column GITHUB_REF). */
const EVENTS_OF_A_REF: ReadonlySet<string> = new Set([
  'deployment',
  'deployment_status',
  'registry_package',
  'workflow_dispatch',
]);

/** GitLab's: CI_PIPELINE_SOURCE. */
const GITLAB_EVENTS = {
  api: 'manual',
  chat: 'manual',
  container_registry_push: 'manual',
  duo_workflow: 'manual',
  external: 'manual',
  external_pull_request_event: 'pull_request',
  merge_request_event: 'pull_request',
  ondemand_dast_scan: 'manual',
  ondemand_dast_validation: 'manual',
  parent_pipeline: 'manual',
  pipeline: 'manual',
  security_orchestration_policy: 'manual',
  trigger: 'manual',
  web: 'manual',
  webide: 'manual',
} as const satisfies Record<string, JobTrigger>;

/** Other platforms' words, by the name of the variable or field that carries them there. */
const OTHER_EVENTS = {
  // Semaphore: how the workflow was started
  hook: 'push',
  manual_run: 'manual',
  // CircleCI: pipeline.trigger_source
  webhook: 'push',
  scheduled_pipeline: 'schedule',
  // Buildkite: BUILDKITE_SOURCE
  ui: 'manual',
  trigger_job: 'manual',
  // Bitbucket: sections of the pipelines file
  branches: 'push',
  tags: 'tag',
  'pull-requests': 'pull_request',
  custom: 'manual',
  // Azure DevOps: Build.Reason
  IndividualCI: 'push',
  BatchedCI: 'push',
  Manual: 'manual',
  Schedule: 'schedule',
  PullRequest: 'pull_request',
  ResourceTrigger: 'manual',
  BuildCompletion: 'manual',
  // HCP Terraform: source of a run; Spacelift: type of a run
  vcs: 'push',
  tracked: 'push',
  proposed: 'pull_request',
  task: 'manual',
  testing: 'manual',
  destroy: 'manual',
  // Jenkins and Forgejo
  cron: 'schedule',
} as const satisfies Record<string, JobTrigger>;

/** The neutral word for an event in any platform's words. @throws MintmarkError `invalid_request` for any other word */
export function readTrigger(event: string): JobTrigger {
  const neutral = JOB_TRIGGERS.find((word) => word === event);
  if (neutral !== undefined) return neutral;
  const known: Readonly<Record<string, JobTrigger>> = { ...GITHUB_EVENTS, ...GITLAB_EVENTS, ...OTHER_EVENTS };
  const trigger = Object.hasOwn(known, event) ? known[event] : undefined;
  if (trigger === undefined) {
    throw new MintmarkError(
      'invalid_request',
      `event: nothing is called ${quoteText(event)}; there are ${JOB_TRIGGERS.join(', ')}, and each platform's own names`,
    );
  }
  return trigger;
}

/** Does it run on the default branch, whatever is checked out? All schedules do, and GitHub's events of no branch. */
export function runsOnDefaultBranch(event: string, trigger: JobTrigger): boolean {
  const isGithubs = Object.hasOwn(GITHUB_EVENTS, event);
  return trigger === 'schedule' || (isGithubs && trigger === 'manual' && !EVENTS_OF_A_REF.has(event));
}

const GITHUB_NAMES = {
  push: 'push',
  tag: 'push',
  pull_request: 'pull_request',
  fork: 'pull_request',
  schedule: 'schedule',
  manual: 'workflow_dispatch',
} as const satisfies Record<JobTrigger, string>;

/** `github.event_name` of a job, whatever word its event was asked for with. */
export function nameGithubEvent({ event, trigger }: Pick<Job, 'event' | 'trigger'>): string {
  return Object.hasOwn(GITHUB_EVENTS, event) ? event : GITHUB_NAMES[trigger];
}

const GITLAB_NAMES = {
  push: 'push',
  tag: 'push',
  pull_request: 'merge_request_event',
  fork: 'merge_request_event',
  schedule: 'schedule',
  manual: 'web',
} as const satisfies Record<JobTrigger, string>;

/** `CI_PIPELINE_SOURCE` of a job, whatever word its event was asked for with. */
export function nameGitlabSource({ event, trigger }: Pick<Job, 'event' | 'trigger'>): string {
  return Object.hasOwn(GITLAB_EVENTS, event) ? event : GITLAB_NAMES[trigger];
}
