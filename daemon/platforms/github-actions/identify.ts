import type { Job } from '../../jobs/job.ts';
import { deriveHex, deriveLetters, deriveNumber } from '../../jobs/stable-ids.ts';
import type { JobIdentity } from '../platform.ts';
import { refuseJob } from './permissions.ts';
import { formatSubject } from './subject.ts';

/** GitHub's names of what started a workflow, for our neutral words. */
const EVENT_NAMES = {
  push: 'push',
  tag: 'push',
  pull_request: 'pull_request',
  fork: 'pull_request',
  schedule: 'schedule',
  manual: 'workflow_dispatch',
} as const;

export function nameEvent({ trigger, event }: Job): string {
  return Object.hasOwn(EVENT_NAMES, event) ? EVENT_NAMES[trigger] : event;
}

/** The claims of a job (docs: OIDC reference, "OIDC token claims"). */
export function identify(job: Job): JobIdentity {
  const { owner, repository, pullRequest, environment, options } = job;
  const name = `${owner}/${repository}`;
  const workflowRef = `${name}/${job.workflowFile || '.github/workflows/deploy.yml'}@${job.ref}`;
  const jobWorkflowRef = job.reusableWorkflow ?? workflowRef;
  const isOwnWorkflow = job.reusableWorkflow === null || job.reusableWorkflow.startsWith(`${name}/`);
  const claims = {
    ref: job.ref,
    sha: job.sha,
    repository: name,
    repository_id: options['repository-id'] || String(deriveNumber(9, 'repository', name)),
    repository_owner: owner,
    repository_owner_id: options['owner-id'] || String(deriveNumber(8, 'owner', owner)),
    run_id: String(deriveNumber(11, 'run', job.runKey)),
    run_number: String(job.runNumber),
    run_attempt: String(job.runAttempt),
    actor: job.actor,
    actor_id: String(deriveNumber(7, 'actor', job.actor)),
    workflow: job.workflowName,
    workflow_ref: workflowRef,
    workflow_sha: job.sha,
    head_ref: pullRequest?.headBranch ?? '',
    base_ref: pullRequest?.baseBranch ?? '',
    event_name: nameEvent(job),
    ref_type: job.refType,
    ref_protected: String(job.isRefProtected),
    ...(environment !== null && {
      environment,
      environment_node_id: `EN_kwDO${deriveLetters(13, 'environment', name, environment)}`,
    }),
    job_workflow_ref: jobWorkflowRef,
    job_workflow_sha: isOwnWorkflow ? job.sha : deriveHex(40, 'workflow', jobWorkflowRef),
    repository_visibility: job.visibility,
    runner_environment: options['runner-environment'] ?? 'github-hosted',
    check_run_id: String(deriveNumber(11, 'check', job.runKey, job.jobId)),
    ...(options.enterprise && {
      enterprise: options.enterprise,
      enterprise_id: String(deriveNumber(5, 'enterprise', options.enterprise)),
    }),
  };
  return {
    subject: formatSubject(job, claims),
    audience: `https://github.com/${owner}`,
    claims,
    refusal: refuseJob(job),
    warnings: [],
  };
}
