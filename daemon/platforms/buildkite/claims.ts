import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

export const AWS_TAGS = 'https://aws.amazon.com/tags';

/** Buildkite's own claims (docs: buildkite-agent oidc, "Claims" and "Optional claims"). */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  organization_slug: text('Name of the organization in URLs.'),
  pipeline_slug: text('Name of the pipeline in URLs.'),
  build_number: { type: 'integer', meaning: 'Number of the build in its pipeline.' },
  build_branch: text('Branch of the build; for a tag its name.'),
  build_tag: text('Tag of the build; absent when it has none.'),
  build_commit: text('Commit of the build.'),
  step_key: { type: 'string-or-null', meaning: 'Key of the step; null when it has none.' },
  job_id: text('Id of the job.'),
  agent_id: text('Id of the agent that runs the job.'),
  build_source: text('What started the build: ui, api, webhook, trigger_job or schedule.'),
  runner_environment: text('buildkite-hosted or self-hosted.'),
  organization_id: text('Id of the organization; only when asked for.'),
  pipeline_id: text('Id of the pipeline; only when asked for.'),
  build_id: text('Id of the build; only when asked for.'),
  cluster_id: text('Id of the cluster; only when asked for.'),
  cluster_name: text('Name of the cluster; only when asked for.'),
  queue_id: text('Id of the queue; only when asked for.'),
  queue_key: text('Name of the queue; only when asked for.'),
  [AWS_TAGS]: { type: 'object', meaning: 'Claims as session tags for AWS; only when asked for.' },
};
