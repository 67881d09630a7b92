import type { Job } from '../jobs/job.ts';
import { placeMergeGroup } from '../jobs/merge-group.ts';
import { deriveNumber } from '../jobs/stable-ids.ts';
import { nameGithubEvent } from '../jobs/triggers.ts';

/**
 * What a workflow of GitHub Actions, and of systems that run its workflows, knows of its run: the members of the
 * `github` context (docs: Contexts reference) that tokens, variables and the event payload are made of.
 */
export interface ActionsContext {
  readonly eventName: string;
  readonly ref: string;
  readonly refName: string;
  readonly refType: string;
  readonly isRefProtected: boolean;
  /** Empty outside pull requests. */
  readonly headRef: string;
  readonly baseRef: string;
  readonly pullRequest: Job['pullRequest'];
  readonly sha: string;
  /** `acme/widgets`. */
  readonly repository: string;
  readonly repositoryId: string;
  readonly owner: string;
  readonly ownerId: string;
  readonly actor: string;
  readonly actorId: string;
  readonly runId: string;
  readonly runNumber: string;
  readonly runAttempt: string;
  readonly workflow: string;
  /** `acme/widgets/.github/workflows/deploy.yml@refs/heads/main`. */
  readonly workflowRef: string;
}

/** Events that run on the merge of a pull request (docs: Events that trigger workflows, column `GITHUB_REF`). */
const MERGE_EVENTS: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
]);

/** Does the event belong to a pull request and run what it would merge? Not `pull_request_target`. */
export function runsOnMerge({ eventName }: Pick<ActionsContext, 'eventName'>): boolean {
  return MERGE_EVENTS.has(eventName);
}

/** @param workflowFile where the workflow is when nobody said it, relative to the repository */
export function buildContext(job: Job, workflowFile: string): ActionsContext {
  const { owner, pullRequest, options } = job;
  const repository = `${owner}/${job.repository}`;
  const eventName = nameGithubEvent(job);
  const ref = eventName === 'merge_group' ? placeMergeGroup(job) : job.ref;
  return {
    eventName,
    ref,
    refName: ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
    refType: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    isRefProtected: job.isRefProtected,
    headRef: pullRequest?.headBranch ?? '',
    baseRef: pullRequest?.baseBranch ?? '',
    pullRequest,
    sha: job.sha,
    repository,
    repositoryId: options['repository-id'] || String(deriveNumber(9, 'repository', repository)),
    owner,
    ownerId: options['owner-id'] || String(deriveNumber(8, 'owner', owner)),
    actor: job.actor,
    actorId: String(deriveNumber(7, 'actor', job.actor)),
    runId: String(deriveNumber(11, 'run', job.runKey)),
    runNumber: String(job.runNumber),
    runAttempt: String(job.runAttempt),
    workflow: job.workflowName,
    workflowRef: `${repository}/${job.workflowFile || workflowFile}@${ref}`,
  };
}

/** The claims that GitHub and systems that follow it make of the context, all of them texts. */
export function listContextClaims(context: ActionsContext) {
  return {
    ref: context.ref,
    sha: context.sha,
    repository: context.repository,
    repository_id: context.repositoryId,
    repository_owner: context.owner,
    repository_owner_id: context.ownerId,
    run_id: context.runId,
    run_number: context.runNumber,
    run_attempt: context.runAttempt,
    actor: context.actor,
    actor_id: context.actorId,
    workflow: context.workflow,
    workflow_ref: context.workflowRef,
    head_ref: context.headRef,
    base_ref: context.baseRef,
    event_name: context.eventName,
    ref_type: context.refType,
  };
}

/** Path of the workflow file in the repository: `.github/workflows/deploy.yml`. */
export function readWorkflowPath({ workflowRef, repository, ref }: ActionsContext): string {
  return workflowRef.slice(repository.length + 1, -(ref.length + 1));
}
