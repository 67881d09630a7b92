import type { JobRefusal } from '../protocol/jobs.ts';
import type { ActionsContext } from './actions-context.ts';

/** Why the pull request of a fork gets no token; null: it is none, or it runs on its base as `pull_request_target`. */
export function refuseFork({ eventName, pullRequest }: ActionsContext): JobRefusal | null {
  if (eventName === 'pull_request_target' || typeof pullRequest?.fork !== 'string') return null;
  return {
    code: 'fork',
    detail: 'A pull request from a fork gets no token: its permissions are read-only.',
    mend: 'Run what needs the token on push, or where the code has been reviewed.',
  };
}

/** Why a job without the permission gets no token. @param mend what its workflow file must say */
export function refusePermission(mend: string): JobRefusal {
  return {
    code: 'permission',
    detail: 'The job may not ask for a token: ACTIONS_ID_TOKEN_REQUEST_URL is not set.',
    mend: `Add to the job or the workflow: ${mend}`,
  };
}
