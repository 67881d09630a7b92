import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/** GitHub's, with two of Depot's own (docs: OIDC with Depot CI, "Token claim reference"); every one is a text. */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  actor: text('Who started the run.'),
  actor_id: text('Number of who started the run.'),
  base_ref: text('Branch that a pull request goes to; empty elsewhere.'),
  event_name: text('Event that triggered the workflow.'),
  head_ref: text('Branch that a pull request comes from; empty elsewhere.'),
  job_id: text('Depot’s id of the job.'),
  org_id: text('Depot’s id of the organization.'),
  ref: text('The ref that triggered the workflow.'),
  ref_type: text('branch or tag.'),
  repository: text('Owner and name of the repository whose workflow runs.'),
  repository_id: text('Number of the repository on GitHub.'),
  repository_owner: text('Owner of the repository.'),
  repository_owner_id: text('Number of the owner on GitHub.'),
  repository_visibility: text('public, private or internal.'),
  run_attempt: text('How often this run was tried.'),
  run_id: text('Depot’s id of the run.'),
  run_number: text('How often this workflow has run.'),
  sha: text('The commit that triggered the workflow.'),
  workflow: text('Path of the workflow file.'),
  workflow_ref: text('Path and ref of the workflow.'),
  workflow_sha: text('Commit of the workflow file.'),
};
