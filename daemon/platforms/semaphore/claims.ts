import type { ClaimRule } from '../platform.ts';

const text = (meaning: string): ClaimRule => ({ type: 'string', meaning });

export const AWS_TAGS = 'https://aws.amazon.com/tags';

/** Semaphore's own claims (docs: OpenID Connect reference): texts, empty where there is nothing to say. */
export const CLAIMS: Readonly<Record<string, ClaimRule>> = {
  sub127: text('sub cut to 127 characters, for services that take no more.'),
  org: text('Name of the organization.'),
  org_id: text('Id of the organization.'),
  prj: text('Name of the project.'),
  prj_id: text('Id of the project.'),
  wf_id: text('Id of the workflow; empty for a debug job.'),
  ppl_id: text('Id of the pipeline; empty for a debug job.'),
  job_id: text('Id of the job.'),
  repo: text('Name of the repository.'),
  repo_slug: text('Owner and name of the repository.'),
  actor: text('Who started the promotion; empty.'),
  tag: text('Tag that started the workflow; empty elsewhere.'),
  ref: text('Git reference that started the workflow.'),
  ref_type: text('branch, tag or pull-request.'),
  branch: text('Branch; of a pull request the one that it goes to.'),
  pr: text('Number of the pull request; empty elsewhere.'),
  pr_branch: text('Branch that the pull request comes from; empty elsewhere.'),
  job_type: text('pipeline_job, debug_job or project_debug_job.'),
  trg: text('What started workflow and pipeline, and whether each is a rerun; empty for a debug job.'),
  [AWS_TAGS]: { type: 'object', meaning: 'Session tags for AWS; only where the organization has them.' },
};
