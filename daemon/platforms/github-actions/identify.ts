import type { Job } from '../../jobs/job.ts';
import { deriveHex, deriveLetters, deriveNumber } from '../../jobs/stable-ids.ts';
import { type ActionsContext, buildContext, listContextClaims } from '../actions-context.ts';
import { findServer } from '../actions-server.ts';
import type { JobIdentity } from '../platform.ts';
import { checkAudience } from './audience.ts';
import { refuseJob, warnOfDependabot } from './permissions.ts';
import { readProperties } from './properties.ts';
import { formatSubject } from './subject.ts';

export const WORKFLOW_FILE = '.github/workflows/deploy.yml';

/**
 * What the token of a job says (docs: OIDC reference, "OIDC token claims").
 * @throws MintmarkError `invalid_request` for options that are none
 */
export function identify(job: Job): JobIdentity {
  const context = buildContext(job, WORKFLOW_FILE);
  const claims = buildClaims(job, context);
  const subject = formatSubject(job, context, claims);
  return {
    subject: subject.text,
    audience: `${findServer(job).url}/${job.owner}`,
    claims,
    refusal: refuseJob(job, context) ?? subject.refusal,
    refuseAudience: (audience) => checkAudience(audience, job),
    warnings: [...warnOfServer(job, context), ...warnOfDependabot(job, context)],
  };
}

function buildClaims(job: Job, context: ActionsContext): Readonly<Record<string, string>> {
  const { environment, options } = job;
  const { repository, sha } = context;
  const jobWorkflowRef = job.reusableWorkflow ?? context.workflowRef;
  return {
    ...listContextClaims(context),
    workflow_sha: sha,
    ref_protected: String(context.isRefProtected),
    job_workflow_ref: jobWorkflowRef,
    job_workflow_sha: jobWorkflowRef.startsWith(`${repository}/`) ? sha : deriveHex(40, 'workflow', jobWorkflowRef),
    repository_visibility: job.visibility,
    runner_environment: options['runner-environment'] ?? 'github-hosted',
    check_run_id: String(deriveNumber(11, 'check', job.runKey, job.jobId)),
    ...(environment !== null && {
      environment,
      environment_node_id: `EN_kwDO${deriveLetters(12, 'environment', repository, environment)}`,
    }),
    ...(options.enterprise && {
      enterprise: options.enterprise,
      enterprise_id: String(deriveNumber(5, 'enterprise', options.enterprise)),
    }),
    ...readProperties(options['repository-properties'] ?? ''),
  };
}

/** Where GitHub Enterprise Server differs, or its older versions do (docs: Events that trigger workflows). */
function warnOfServer({ options }: Job, { eventName, ref, baseRef }: ActionsContext): readonly string[] {
  if (!options.host) return [];
  const isImmutable = options.immutable !== undefined && options.immutable !== 'false';
  const isTarget = eventName === 'pull_request_target' && ref !== `refs/heads/${baseRef}`;
  return [
    ...(isImmutable ? ['GitHub Enterprise Server has no immutable subjects: sub says the names alone.'] : []),
    ...(isTarget ? [`GitHub Enterprise Server before 3.20 runs this on refs/heads/${baseRef}, not on ${ref}.`] : []),
  ];
}
