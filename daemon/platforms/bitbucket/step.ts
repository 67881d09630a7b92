import type { Job } from '../../jobs/job.ts';
import { deriveUuid, PREVIEW_RUN } from '../../jobs/stable-ids.ts';
import { splitOption } from '../option-values.ts';

/** What Bitbucket knows of a step beyond the job itself. UUIDs are as everywhere in Bitbucket: in braces. */
export interface Step {
  readonly workspace: string;
  readonly accountUuid: string;
  readonly workspaceUuid: string;
  readonly repositoryUuid: string;
  readonly pipelineUuid: string;
  /** null: the step deploys nowhere. */
  readonly environmentUuid: string | null;
  /** Of the run: a job that is only looked at has `{STEP-UUID}` in its place. */
  readonly stepUuid: string;
  /** null for a tag. */
  readonly branch: string | null;
  /** That the step names; empty: that of the workspace. */
  readonly audiences: readonly string[];
}

/**
 * Places a job in a workspace of Bitbucket. UUIDs that nobody said are made of names or, where every run has its own,
 * of the run.
 */
export function describeStep(job: Job): Step {
  const { owner, repository, environment, runKey, options } = job;
  const workspace = owner.replace(/\/.*$/, '').toLowerCase();
  const isTag = job.refType === 'tag';
  return {
    workspace,
    accountUuid: brace(options['account-uuid'] || deriveUuid('account', job.actor)),
    workspaceUuid: brace(options['workspace-uuid'] || deriveUuid('workspace', workspace)),
    repositoryUuid: brace(options['repository-uuid'] || deriveUuid('repository', workspace, repository)),
    pipelineUuid: brace(deriveUuid('pipeline', runKey)),
    environmentUuid:
      environment === null
        ? null
        : brace(options['environment-uuid'] || deriveUuid('environment', workspace, repository, environment)),
    stepUuid: brace(runKey === PREVIEW_RUN ? 'STEP-UUID' : deriveUuid('step', runKey, job.jobId)),
    branch: job.pullRequest?.headBranch ?? (isTag ? null : job.refName),
    audiences: options.audiences
      ? splitOption(options.audiences)
      : [job.workflow?.idTokens.BITBUCKET_STEP_OIDC_TOKEN ?? []].flat(),
  };
}

function brace(uuid: string): string {
  return `{${uuid}}`;
}
