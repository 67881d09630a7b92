import type { Job } from '../../jobs/job.ts';
import { deriveHex } from '../../jobs/stable-ids.ts';

/** A build as Codefresh describes it. */
export interface Build {
  readonly accountId: string;
  readonly accountName: string;
  readonly pipelineId: string;
  readonly pipelineName: string;
  readonly workflowId: string;
  /** null: nobody started it by hand. */
  readonly initiator: string | null;
  /** null: no Git trigger, so that the token names no repository. */
  readonly source: Source | null;
}

interface Source {
  readonly repositoryUrl: string;
  readonly userName: string;
  readonly ref: string;
  /** null: no pull request. */
  readonly targetBranch: string | null;
}

/** Codefresh's ids are 24 hex digits. */
export function describeBuild(job: Job): Build {
  const { owner, repository, host, trigger, runKey, options } = job;
  const accountName = options.account || owner;
  const pipelineName = options.pipeline || `${repository}/${job.jobId}`;
  const isManual = trigger === 'manual';
  const hasSource = trigger !== 'schedule' && !(isManual && options['git-trigger'] === 'false');
  return {
    accountId: options['account-id'] || deriveHex(24, 'account', accountName),
    accountName,
    pipelineId: options['pipeline-id'] || deriveHex(24, 'pipeline', accountName, pipelineName),
    pipelineName,
    workflowId: deriveHex(24, 'workflow', runKey),
    initiator: isManual ? job.actor : null,
    source: hasSource ? describeSource(job, `https://${host}/${owner}/${repository}`) : null,
  };
}

function describeSource({ actor, refName, pullRequest }: Job, repositoryUrl: string): Source {
  return {
    repositoryUrl,
    userName: actor,
    ref: pullRequest?.headBranch ?? refName,
    targetBranch: pullRequest?.baseBranch ?? null,
  };
}
