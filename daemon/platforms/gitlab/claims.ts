import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

/** GitLab's own claims (docs: CI/CD > ID token authentication): texts but for the runner's number and two lists. */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  namespace_id: text('Number of the group or user that the project belongs to: stays when it is renamed.'),
  namespace_path: text('Path of the group or user that the project belongs to.'),
  project_id: text('Number of the project: stays when it is renamed. Of a merge request from a fork: of the fork.'),
  project_path: text('Path of the project. Of a merge request from a fork: of the fork.'),
  job_project_id: text('Number of the project that runs the job.'),
  job_project_path: text('Path of the project that runs the job.'),
  job_namespace_id: text('Number of the group or user that the running project belongs to.'),
  job_namespace_path: text('Path of the group or user that the running project belongs to.'),
  user_id: text('Number of the user who runs the job.'),
  user_login: text('Name of the user who runs the job.'),
  user_email: text('Mail address of the user who runs the job.'),
  user_access_level: text('Role of that user in the project, in lower case.'),
  user_identities: {
    type: 'array',
    meaning: 'External identities of the user, as provider and extern_uid; absent unless the user shares them.',
  },
  pipeline_id: text('Number of the pipeline.'),
  pipeline_source: text('What started the pipeline: push, web, schedule, merge_request_event …'),
  job_id: text('Number of the job.'),
  ref: text('Branch or tag; the source branch of a merge request.'),
  ref_type: text('branch or tag.'),
  ref_path: text('The ref in full, such as refs/heads/main.'),
  ref_protected: text('"true" when the ref is protected.'),
  groups_direct: { type: 'array', meaning: 'Paths of the groups that the user is a direct member of; may be absent.' },
  environment: text('Environment that the job deploys to; absent when it has none.'),
  environment_protected: text('"true" when the environment is protected; absent without one.'),
  deployment_tier: text('Tier of the environment; absent without one.'),
  environment_action: text('What the job does to the environment; absent without one.'),
  runner_id: { type: 'integer', meaning: 'Number of the runner.' },
  runner_environment: text('gitlab-hosted or self-hosted.'),
  sha: text('Commit that the job runs for.'),
  project_visibility: text('public, private or internal.'),
  ci_config_ref_uri: text('Path and ref of the top-level pipeline definition.'),
  ci_config_sha: text('Commit of the pipeline definition.'),
};
