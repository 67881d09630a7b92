import type { Job } from '../../jobs/job.ts';
import type { JobIdentity } from '../platform.ts';
import { AWS_TAGS } from './claims.ts';
import { formatShortSubject, formatSubject } from './subject.ts';
import { describeWorkflow } from './workflow.ts';

/** Claims that become session tags, in Semaphore's order. */
const TAGGED = ['prj_id', 'repo', 'branch', 'ref_type', 'job_type', 'pr_branch', 'repo_slug', 'trg'] as const;

/** The claims of a job (secrethub/open_id_connect/jwt.ex): every job gets a token, whose audience nobody chooses. */
export function identify(job: Job): JobIdentity {
  const workflow = describeWorkflow(job);
  const { organization, projectId, refType } = workflow;
  const parts = { organization, projectId, repository: job.repository, refType, ref: job.ref };
  const claims = {
    sub127: formatShortSubject(parts),
    org: organization,
    org_id: workflow.organizationId,
    prj: workflow.project,
    prj_id: projectId,
    wf_id: workflow.workflowId,
    ppl_id: workflow.pipelineId,
    job_id: workflow.jobId,
    repo: job.repository,
    repo_slug: workflow.repositorySlug,
    // Meant for who promoted a pipeline, but Semaphore's job factory never fills it in.
    actor: '',
    tag: workflow.tag,
    ref: job.ref,
    ref_type: refType,
    branch: workflow.branch,
    pr: workflow.pullRequest,
    pr_branch: workflow.pullRequestBranch,
    job_type: job.options['job-type'] ?? 'pipeline_job',
    trg: workflow.triggerer,
  };
  return {
    subject: formatSubject(parts),
    audience: job.issuerUrl,
    claims: job.options['aws-tags'] === 'true' ? { ...claims, [AWS_TAGS]: formatTags(claims) } : claims,
    refusal: null,
    warnings: [],
  };
}

/** AWS's form of session tags: every value is a list. */
function formatTags(claims: Readonly<Record<(typeof TAGGED)[number], string>>) {
  return {
    principal_tags: Object.fromEntries(TAGGED.map((name) => [name, [claims[name]]])),
    transitive_tag_keys: [...TAGGED],
  };
}
