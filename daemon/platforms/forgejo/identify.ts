import type { Job } from '../../jobs/job.ts';
import { type ActionsContext, listContextClaims } from '../actions-context.ts';
import { refuseFork, refusePermission } from '../actions-refusal.ts';
import type { JobIdentity } from '../platform.ts';
import { buildForgejoContext, findInstance } from './context.ts';

/** What the token of a job says (Forgejo docs: Actions, Security OpenID Connect). */
export function identify(job: Job): JobIdentity {
  const context = buildForgejoContext(job);
  const isForbidden = job.workflow !== null && job.workflow.idToken !== true;
  return {
    subject: formatSubject(job, context),
    audience: `${findInstance(job).url}/${job.owner}`,
    claims: { ...listContextClaims(context), ref_protected: String(job.isRefProtected) },
    refusal: refuseFork(context) ?? (isForbidden ? refusePermission('enable-openid-connect: true') : null),
    warnings: [],
  };
}

/** Forgejo knows no environments, and escapes nothing; its ids stand behind hyphens where GitHub has `@`. */
function formatSubject({ repository, options }: Job, context: ActionsContext): string {
  const { owner, ownerId, repositoryId } = context;
  const name = options.immutable === 'true' ? `${owner}-${ownerId}/${repository}-${repositoryId}` : context.repository;
  return `repo:${name}:${context.eventName === 'pull_request' ? 'pull_request' : `ref:${context.ref}`}`;
}
