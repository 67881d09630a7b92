import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/**
 * Codefresh's own claims (docs: OIDC in pipelines, "Custom Codefresh claims"); which there are depends on the trigger.
 */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  account_id: text('Id of the account.'),
  account_name: text('Name of the account.'),
  pipeline_id: text('Id of the pipeline.'),
  pipeline_name: text('Name of the pipeline, with its project.'),
  workflow_id: text('Id of this one build.'),
  initiator: text('Who started the build by hand; absent when nobody did.'),
  scm_user_name: text('Who caused the event in the repository; absent without a Git trigger.'),
  scm_repo_url: text('URL of the repository; absent without a Git trigger.'),
  scm_ref: text('Branch or tag; absent without a Git trigger.'),
  scm_pull_request_target_branch: text('Branch that a pull request goes to; absent elsewhere.'),
  sid: text('Names the session.'),
};
