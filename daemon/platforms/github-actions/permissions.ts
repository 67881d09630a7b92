import type { Job } from '../../jobs/job.ts';
import type { JobRefusal } from '../../protocol/jobs.ts';
import type { ActionsContext } from '../actions-context.ts';
import { refuseFork, refusePermission } from '../actions-refusal.ts';

const DEPENDABOT = 'dependabot[bot]';

/**
 * On these the permissions of what Dependabot starts are read-only until `permissions` of the workflow raises them
 * (docs: Troubleshooting Dependabot on GitHub Actions, "Restrictions when Dependabot triggers events" and "Changing
 * GITHUB_TOKEN permissions").
 */
const RESTRICTED_EVENTS: ReadonlySet<string> = new Set([
  ...['push', 'create', 'deployment', 'deployment_status'],
  ...['pull_request', 'pull_request_review', 'pull_request_review_comment'],
]);

/** Why GitHub would give this job no token; null: it would give one (docs: OIDC reference, "Workflow permissions"). */
export function refuseJob({ workflow, actor }: Job, context: ActionsContext): JobRefusal | null {
  const isForbidden = workflow !== null && workflow.idToken !== true;
  const refusal = refuseFork(context) ?? (isForbidden ? refusePermission('permissions: { id-token: write }') : null);
  return refusal ?? (actor === DEPENDABOT ? refuseDependabotTarget(context) : null);
}

/** The one case in which the docs say that the token "will be read-only": not by default, whatever the file says. */
function refuseDependabotTarget({ eventName, baseRef }: ActionsContext): JobRefusal | null {
  if (eventName !== 'pull_request_target' || !baseRef.startsWith('dependabot/')) return null;
  return {
    code: 'dependabot',
    detail: 'Dependabot made the branch that its pull request goes to: the permissions are read-only.',
    mend: 'Run what needs the token on workflow_run, on schedule, or after the merge.',
  };
}

/** What the docs leave open of a token for what Dependabot starts, or what its workflow file would have to say. */
export function warnOfDependabot(job: Job, context: ActionsContext): readonly string[] {
  if (job.actor !== DEPENDABOT || refuseJob(job, context) !== null) return [];
  if (context.eventName === 'pull_request_target') {
    return [
      'GitHub’s docs say of pull_request_target by Dependabot both that it has none of the limits of pull_request and that its permissions are read-only: GitHub may give this job no token.',
    ];
  }
  if (job.workflow !== null || !RESTRICTED_EVENTS.has(context.eventName)) return [];
  return [
    'The permissions of what Dependabot starts are read-only unless the workflow file raises them: GitHub gives this job a token where the file says id-token: write.',
  ];
}
