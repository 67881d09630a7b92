import type { Job } from '../../jobs/job.ts';
import { deriveUuid } from '../../jobs/stable-ids.ts';
import { splitOption } from '../option-values.ts';

/** What CircleCI knows of a job beyond the job itself. */
export interface Pipeline {
  readonly organizationId: string;
  readonly projectId: string;
  readonly userId: string;
  readonly definitionId: string;
  readonly pipelineId: string;
  readonly workflowId: string;
  readonly jobId: string;
  readonly contextIds: readonly string[];
  /** null: a custom webhook started it, so that no repository did. */
  readonly source: { readonly origin: string; readonly ref: string } | null;
}

/**
 * Places a job in an organization of CircleCI. Ids that nobody said are made of names or, where every run has its own,
 * of the run.
 */
export function describePipeline(job: Job): Pipeline {
  const { owner, repository, host, runKey, options } = job;
  const organization = owner.replace(/\/.*$/, '');
  return {
    organizationId: options['org-id'] || deriveUuid('organization', host, organization),
    projectId: options['project-id'] || deriveUuid('project', host, owner, repository),
    userId: options['user-id'] || deriveUuid('user', job.actor),
    definitionId: options['pipeline-definition-id'] || deriveUuid('definition', host, owner, repository),
    pipelineId: deriveUuid('pipeline', runKey),
    workflowId: deriveUuid('workflow', runKey),
    jobId: deriveUuid('job', runKey, job.jobId),
    contextIds: options['context-ids']
      ? splitOption(options['context-ids'])
      : splitOption(options.contexts).map((name) => deriveUuid('context', host, organization, name)),
    source: options['custom-webhook'] === 'true' ? null : describeSource(job),
  };
}

/** A pull request is built as its branch; one from a fork as the fork's, under its number. */
function describeSource({ host, owner, repository, ref, pullRequest }: Job): Pipeline['source'] {
  const own = `${host}/${owner}/${repository}`;
  if (pullRequest === null) return { origin: own, ref };
  return pullRequest.fork === null
    ? { origin: own, ref: `refs/heads/${pullRequest.headBranch}` }
    : { origin: `${host}/${pullRequest.fork}`, ref: `refs/heads/pull/${pullRequest.number}` };
}
