import type { Job } from '../../jobs/job.ts';
import { deriveLetters } from '../../jobs/stable-ids.ts';
import { type ActionsContext, buildContext, listContextClaims, readWorkflowPath } from '../actions-context.ts';
import { refuseFork, refusePermission } from '../actions-refusal.ts';
import { findServer } from '../actions-server.ts';
import type { JobIdentity } from '../platform.ts';

/** The context of a job, whose workflow Depot calls by its path. */
export function buildDepotContext(job: Job): ActionsContext {
  const context = buildContext(job, '.depot/workflows/ci.yaml');
  return { ...context, workflow: readWorkflowPath(context) };
}

/** Ids that Depot gives to an organization and to what it runs: ten small letters and digits. */
export function deriveDepotIds({ owner, jobId, runKey, options }: Job) {
  const derive = (...names: readonly string[]) => deriveLetters(10, 'depot', ...names).toLowerCase();
  return {
    organization: options['org-id'] || derive('organization', owner),
    run: derive('run', runKey),
    job: derive('job', runKey, jobId),
    attempt: derive('attempt', runKey, jobId),
    sandbox: derive('sandbox', runKey, jobId),
  };
}

/**
 * What the token of a job says (docs: OIDC with Depot CI). LOW: the audience when nobody asks for one, which the docs
 * do not say; it is taken to be GitHub's.
 */
export function identify(job: Job): JobIdentity {
  const context = buildDepotContext(job);
  const ids = deriveDepotIds(job);
  const isForbidden = job.workflow !== null && job.workflow.idToken !== true;
  return {
    subject: `spiffe://identity.depot.dev/org/${ids.organization}/ci/github/${context.repository}/ref/${context.ref}/sandbox/snd_${ids.sandbox}`,
    audience: [`${findServer(job).url}/${job.owner}`],
    claims: {
      ...listContextClaims(context),
      run_id: `run_${ids.run}`,
      workflow_sha: context.sha,
      repository_visibility: job.visibility,
      org_id: ids.organization,
      job_id: `job_${ids.job}`,
    },
    refusal: refuseFork(context) ?? (isForbidden ? refusePermission('permissions: { id-token: write }') : null),
    warnings: [],
  };
}
