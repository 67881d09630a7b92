import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/** In the order in which Forgejo's discovery names them; every one is a text. */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  actor: text('Who triggered the workflow.'),
  actor_id: text('Number of who triggered it; since Forgejo 16.'),
  base_ref: text('Branch that a pull request goes to; empty elsewhere.'),
  event_name: text('Event that triggered the workflow.'),
  head_ref: text('Branch that a pull request comes from; empty elsewhere.'),
  ref: text('The ref that triggered the workflow; refs/pull/7/head for a pull request.'),
  ref_protected: text('"true" when the branch is protected.'),
  ref_type: text('branch or tag; empty for a pull request.'),
  repository: text('Owner and name of the repository.'),
  repository_id: text('Number of the repository; since Forgejo 16.'),
  repository_owner: text('Owner of the repository.'),
  repository_owner_id: text('Number of the owner; since Forgejo 16.'),
  run_attempt: text('How often this job was tried.'),
  run_id: text('Number of the run on the instance.'),
  run_number: text('Number of the run in the repository.'),
  sha: text('The commit that triggered the workflow.'),
  workflow: text('File name of the workflow.'),
  workflow_ref: text('Path and ref of the workflow.'),
};
