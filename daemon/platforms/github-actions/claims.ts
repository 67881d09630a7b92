import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/** Every one of GitHub's own claims is a text, the numbers too. */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  ref: text('The ref that triggered the workflow.'),
  sha: text('The commit that triggered the workflow.'),
  repository: text('Owner and name of the repository whose workflow runs.'),
  repository_id: text('Number of the repository: stays when it is renamed.'),
  repository_owner: text('Owner of the repository.'),
  repository_owner_id: text('Number of the owner: stays when it is renamed.'),
  enterprise: text('Enterprise that the owner belongs to; absent outside enterprises.'),
  enterprise_id: text('Number of the enterprise; absent outside enterprises.'),
  run_id: text('Number of the workflow run.'),
  run_number: text('How often this workflow has run.'),
  run_attempt: text('How often this run was tried.'),
  actor: text('Who started the run.'),
  actor_id: text('Number of who started the run.'),
  workflow: text('Name of the workflow.'),
  workflow_ref: text('Path and ref of the workflow.'),
  workflow_sha: text('Commit of the workflow file.'),
  head_ref: text('Branch that a pull request comes from; empty elsewhere.'),
  base_ref: text('Branch that a pull request goes to; empty elsewhere.'),
  event_name: text('Event that triggered the workflow.'),
  ref_type: text('branch or tag.'),
  ref_protected: text('"true" when the ref is protected.'),
  environment: text('Deployment environment of the job; absent when it has none.'),
  environment_node_id: text('Id of the environment; absent when there is none.'),
  job_workflow_ref: text('Path and ref of the workflow that holds the job: of the reusable one, if it does.'),
  job_workflow_sha: text('Commit of that workflow file.'),
  repository_visibility: text('public, private or internal.'),
  runner_environment: text('github-hosted or self-hosted.'),
  check_run_id: text('Number of the check run of the job.'),
};
