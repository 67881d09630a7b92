import type { Job } from '../../jobs/job.ts';
import type { JobRefusal } from '../../protocol/jobs.ts';
import type { JobIdentity } from '../platform.ts';
import { describePipeline, type Pipeline } from './pipeline.ts';

/** The claims of a job (docs: OpenID Connect tokens, "Format of the token"), with the `sub` of version 2. */
export function identify(job: Job): JobIdentity {
  const pipeline = describePipeline(job);
  const { source } = pipeline;
  return {
    subject: formatSubject(pipeline),
    audience: pipeline.organizationId,
    claims: {
      'oidc.circleci.com/context-ids': pipeline.contextIds,
      'oidc.circleci.com/job-id': pipeline.jobId,
      'oidc.circleci.com/org-id': pipeline.organizationId,
      'oidc.circleci.com/pipeline-definition-id': pipeline.definitionId,
      'oidc.circleci.com/pipeline-id': pipeline.pipelineId,
      'oidc.circleci.com/project-id': pipeline.projectId,
      'oidc.circleci.com/ssh-rerun': job.options['ssh-rerun'] === 'true',
      ...(source !== null && {
        'oidc.circleci.com/vcs-origin': source.origin,
        'oidc.circleci.com/vcs-ref': source.ref,
      }),
      'oidc.circleci.com/workflow-id': pipeline.workflowId,
    },
    refusal: refuseFork(job),
    warnings: [],
  };
}

/** `sub` of CIRCLE_OIDC_TOKEN: who, but not from where. */
export function formatSubjectV1({ organizationId, projectId, userId }: Pipeline): string {
  return `org/${organizationId}/project/${projectId}/user/${userId}`;
}

/** `sub` of CIRCLE_OIDC_TOKEN_V2. */
function formatSubject(pipeline: Pipeline): string {
  const { source } = pipeline;
  const first = formatSubjectV1(pipeline);
  return source === null ? first : `${first}/vcs-origin/${source.origin}/vcs-ref/${source.ref}`;
}

/** A build of a fork gets tokens where the project passes it secrets, which is off at first (docs: OpenID Connect tokens). */
function refuseFork({ trigger, options }: Job): JobRefusal | null {
  if (trigger !== 'fork' || options['pass-secrets-to-forks'] === 'true') return null;
  return {
    code: 'fork',
    detail: 'A pull request from a fork gets no token: the project does not pass secrets to builds from forks.',
    mend:
      'Build a branch of the repository itself; or, where the project has "Pass secrets to builds from forked pull requests", ' +
      'say so: --set pass-secrets-to-forks=true',
  };
}
