import type { JobTrigger } from '../protocol/jobs.ts';
import type { Job } from './job.ts';
import { deriveHex } from './stable-ids.ts';

/** What is known of a job before its defaults are filled in. */
export type JobFacts = Partial<
  Omit<
    Job,
    'issuerUrl' | 'baseUrl' | 'runKey' | 'trigger' | 'event' | 'options' | 'refType' | 'refName' | 'pullRequest'
  >
> & { readonly pullRequest?: Partial<NonNullable<Job['pullRequest']>> };

/** What is always known. */
export interface JobFrame {
  readonly issuerUrl: string;
  readonly baseUrl: string;
  readonly runKey: string;
  readonly trigger: JobTrigger;
  readonly event: string;
  readonly options: Readonly<Record<string, string>>;
  /** Of the platform: see `PlatformFrame`. */
  readonly runsTargetOnBase?: boolean;
}

/** Fills in what nobody said, so that a job without a repository has a token too. */
export function completeJob({ runsTargetOnBase = false, ...frame }: JobFrame, facts: JobFacts): Job {
  const owner = facts.owner ?? 'acme';
  const repository = facts.repository ?? 'widgets';
  const mainBranch = facts.defaultBranch ?? 'main';
  const branchRef = facts.ref ?? (frame.trigger === 'tag' ? 'refs/tags/v1.0.0' : `refs/heads/${mainBranch}`);
  const isPullRequest = frame.trigger === 'pull_request' || frame.trigger === 'fork';
  const baseBranch = facts.pullRequest?.baseBranch ?? mainBranch;
  const pullRequest = isPullRequest
    ? {
        number: facts.pullRequest?.number ?? 7,
        headBranch: facts.pullRequest?.headBranch ?? pickHeadBranch(facts.ref, baseBranch),
        baseBranch,
        fork: facts.pullRequest?.fork ?? (frame.trigger === 'fork' ? `contributor/${repository}` : null),
      }
    : null;
  const targetBranch = runsTargetOnBase ? baseBranch : mainBranch;
  const ref = pullRequest === null ? branchRef : pickPullRequestRef(frame.event, pullRequest.number, targetBranch);
  return {
    ...frame,
    owner,
    repository,
    host: facts.host ?? 'github.com',
    visibility: facts.visibility ?? 'private',
    ref,
    refType: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    refName: ref.replace(/^refs\/(?:heads|tags|pull)\//, ''),
    isRefProtected: facts.isRefProtected ?? false,
    defaultBranch: facts.defaultBranch ?? null,
    sha: facts.sha ?? deriveHex(40, owner, repository, ref),
    pullRequest,
    actor: facts.actor ?? 'octocat',
    actorEmail: facts.actorEmail ?? `${facts.actor ?? 'octocat'}@example.com`,
    workflowFile: facts.workflowFile ?? '',
    workflowName: facts.workflowName ?? 'Deploy',
    jobId: facts.jobId ?? 'deploy',
    environment: facts.environment ?? null,
    reusableWorkflow: facts.reusableWorkflow ?? null,
    runNumber: facts.runNumber ?? 1,
    runAttempt: facts.runAttempt ?? 1,
    timeoutSeconds: facts.timeoutSeconds ?? null,
    workflow: facts.workflow ?? null,
  };
}

/** `pull_request_target` runs none of what the pull request brings (docs: Events that trigger workflows). */
function pickPullRequestRef(event: string, number: number, targetBranch: string): string {
  return event === 'pull_request_target' ? `refs/heads/${targetBranch}` : `refs/pull/${number}/merge`;
}

/** A pull request comes from the checked-out branch, where it is known, unless that is where it would go to. */
function pickHeadBranch(ref: string | undefined, baseBranch: string): string {
  if (ref === undefined || ref.startsWith('refs/tags/')) return 'feature';
  const name = ref.replace(/^refs\/heads\//, '');
  return name === baseBranch || name === 'main' || name === 'master' ? 'feature' : name;
}
