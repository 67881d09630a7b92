import type { Job } from '../../jobs/job.ts';
import type { JobRefusal } from '../../protocol/jobs.ts';

/** Why GitHub would give this job no token; null: it would give one (docs: OIDC reference, "Permissions"). */
export function refuseJob({ trigger, workflow }: Job): JobRefusal | null {
  if (trigger === 'fork') {
    return {
      code: 'fork',
      detail: 'A pull request from a fork gets no token: its permissions are read-only.',
      mend: 'Run what needs the token on push, or on workflow_run after review.',
    };
  }
  if (workflow !== null && workflow.idToken !== true) {
    return {
      code: 'permission',
      detail: 'The job may not ask for a token: ACTIONS_ID_TOKEN_REQUEST_URL is not set.',
      mend: 'Add to the job or the workflow: permissions: { id-token: write }',
    };
  }
  return null;
}
