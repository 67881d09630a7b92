import type { Job } from '../../jobs/job.ts';
import type { JobRefusal } from '../../protocol/jobs.ts';
import type { ActionsContext } from '../actions-context.ts';
import { refuseFork, refusePermission } from '../actions-refusal.ts';

/** Dependabot's runs on these are as if they came from a fork (docs: Troubleshooting Dependabot on GitHub Actions). */
const DEPENDABOT_EVENTS: ReadonlySet<string> = new Set([
  ...['push', 'create', 'deployment', 'deployment_status'],
  ...['pull_request', 'pull_request_review', 'pull_request_review_comment', 'pull_request_target'],
]);

/** Why GitHub would give this job no token; null: it would give one (docs: OIDC reference, "Workflow permissions"). */
export function refuseJob({ workflow, actor }: Job, context: ActionsContext): JobRefusal | null {
  if (actor === 'dependabot[bot]' && DEPENDABOT_EVENTS.has(context.eventName)) {
    return {
      code: 'dependabot',
      detail: 'What Dependabot starts gets no token: it runs as if it came from a fork.',
      mend: 'Run what needs the token on workflow_run, on schedule, or after the merge.',
    };
  }
  const isForbidden = workflow !== null && workflow.idToken !== true;
  return refuseFork(context) ?? (isForbidden ? refusePermission('permissions: { id-token: write }') : null);
}
