import type { Job } from '../jobs/job.ts';
import { type ActionsContext, readWorkflowPath } from './actions-context.ts';

/**
 * The webhook payload that a workflow finds at `GITHUB_EVENT_PATH`, as small as it can be (docs: Webhook events and
 * payloads): what clients read of it to know the repository, the sender and what the event is about.
 */
export function buildEventPayload(job: Job, context: ActionsContext): Readonly<Record<string, unknown>> {
  const sender = { login: context.actor, id: Number(context.actorId), type: 'User' };
  return { ...describeSubject(job, context), repository: describeRepository(job, context), sender };
}

function describeRepository({ repository, visibility, defaultBranch }: Job, context: ActionsContext) {
  return {
    id: Number(context.repositoryId),
    name: repository,
    full_name: context.repository,
    ...(defaultBranch !== null && { default_branch: defaultBranch }),
    private: visibility !== 'public',
    visibility,
    owner: { login: context.owner, id: Number(context.ownerId) },
  };
}

function describeSubject(job: Job, context: ActionsContext): Readonly<Record<string, unknown>> {
  const { eventName, ref, refName, sha } = context;
  switch (eventName) {
    case 'push':
      return { ref, after: sha, head_commit: { id: sha }, pusher: { name: context.actor, email: job.actorEmail } };
    case 'pull_request':
    case 'pull_request_target':
    case 'pull_request_review':
    case 'pull_request_review_comment':
      return describePullRequest(job, context);
    case 'workflow_dispatch':
      return { ref, inputs: {}, workflow: readWorkflowPath(context) };
    case 'schedule':
      return { workflow: readWorkflowPath(context) };
    case 'release':
      return { action: 'published', release: { tag_name: refName, draft: false, prerelease: false } };
    case 'merge_group':
      return { action: 'checks_requested', merge_group: { head_ref: ref, head_sha: sha } };
    case 'workflow_run':
      return { action: 'completed', workflow_run: { head_branch: refName, head_sha: sha, conclusion: 'success' } };
    case 'deployment':
      return { deployment: { ref: refName, sha, environment: job.environment } };
    default:
      return {};
  }
}

function describePullRequest({ repository, defaultBranch }: Job, context: ActionsContext) {
  const { number = 7, fork = null } = context.pullRequest ?? {};
  return {
    action: 'opened',
    number,
    pull_request: {
      number,
      state: 'open',
      head: {
        ref: context.headRef,
        sha: context.sha,
        repo: describeSide(repository, fork ?? context.repository, fork, defaultBranch),
      },
      base: { ref: context.baseRef, repo: describeSide(repository, context.repository, null, defaultBranch) },
      user: { login: context.actor, id: Number(context.actorId) },
    },
  };
}

/** @param defaultBranch of the job's own repository; nobody here knows a fork's */
function describeSide(name: string, fullName: string, fork: string | null, defaultBranch: string | null) {
  return {
    name: fullName.split('/').at(-1) ?? name,
    full_name: fullName,
    ...(defaultBranch !== null && fork === null && { default_branch: defaultBranch }),
    fork: fork !== null,
  };
}
