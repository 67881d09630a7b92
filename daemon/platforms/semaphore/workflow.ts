import type { Job } from '../../jobs/job.ts';
import { deriveUuid } from '../../jobs/stable-ids.ts';

/** What Semaphore knows of a job beyond the job itself; empty where it knows nothing. */
export interface SemaphoreJob {
  readonly organization: string;
  readonly organizationId: string;
  readonly project: string;
  readonly projectId: string;
  readonly workflowId: string;
  readonly pipelineId: string;
  readonly jobId: string;
  readonly repositorySlug: string;
  readonly refType: 'branch' | 'tag' | 'pull-request';
  readonly branch: string;
  readonly tag: string;
  readonly pullRequest: string;
  readonly pullRequestBranch: string;
  /** `<workflow>:<rerun>-<pipeline>:<rerun>`. */
  readonly triggerer: string;
}

const WORKFLOW_TRIGGERERS = { push: 'h', tag: 'h', pull_request: 'h', fork: 'h', schedule: 's', manual: 'm' } as const;
const PIPELINE_TRIGGERERS: Readonly<Record<string, string>> = { no: 'i', auto: 'u', manual: 'n' };

/** Follows `zebra/workers/job_request_factory/open_id_connect.ex`, which reads most of it from the job's variables. */
export function describeWorkflow(job: Job): SemaphoreJob {
  const { owner, repository, pullRequest, runKey, options } = job;
  const organization = options.organization || toOrganization(owner);
  const project = options.project || repository;
  // A debug job belongs to no workflow.
  const isDebug = options['job-type'] !== 'pipeline_job';
  return {
    organization,
    organizationId: options['org-id'] || deriveUuid('organization', organization),
    project,
    projectId: options['project-id'] || deriveUuid('project', organization, project),
    workflowId: isDebug ? '' : deriveUuid('workflow', runKey),
    pipelineId: isDebug ? '' : deriveUuid('pipeline', runKey),
    jobId: deriveUuid('job', runKey, job.jobId),
    repositorySlug: `${owner}/${repository}`,
    refType: pullRequest === null ? job.refType : 'pull-request',
    // The variable SEMAPHORE_GIT_BRANCH has the whole ref for a tag, and the base for a pull request.
    branch: pullRequest?.baseBranch ?? (job.refType === 'tag' ? job.ref : job.refName),
    tag: job.refType === 'tag' ? job.refName : '',
    pullRequest: pullRequest === null ? '' : String(pullRequest.number),
    pullRequestBranch: pullRequest?.headBranch ?? '',
    triggerer: isDebug ? '' : formatTriggerer(job),
  };
}

function formatTriggerer({ trigger, event, runAttempt, options }: Job): string {
  const workflow = event === 'api' ? 'a' : WORKFLOW_TRIGGERERS[trigger];
  const pipeline = PIPELINE_TRIGGERERS[options.promotion ?? 'no'];
  return `${workflow}:${runAttempt > 1 ? 't' : 'f'}-${pipeline}:${options['pipeline-rerun'] === 'true' ? 't' : 'f'}`;
}

/** An organization's name is a label of its host name. */
function toOrganization(owner: string): string {
  return owner
    .replace(/\/.*$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-');
}
