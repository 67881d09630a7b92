import type { Job } from '../../jobs/job.ts';
import { deriveNumber } from '../../jobs/stable-ids.ts';
import { nameGitlabSource } from '../../jobs/triggers.ts';

/** GitLab's words for what started a pipeline (docs: CI_PIPELINE_SOURCE), the most common first. */
export const PIPELINE_SOURCES = [
  'push',
  'merge_request_event',
  'web',
  'schedule',
  'api',
  'trigger',
  'pipeline',
  'parent_pipeline',
  'external_pull_request_event',
  'external',
  'chat',
  'webide',
  'ondemand_dast_scan',
  'ondemand_dast_validation',
  'security_orchestration_policy',
  'container_registry_push',
  'duo_workflow',
] as const;

export interface Project {
  readonly id: string;
  readonly path: string;
  readonly namespaceId: string;
  readonly namespacePath: string;
}

/** What GitLab knows of a pipeline beyond the job itself. */
export interface Pipeline {
  readonly id: string;
  readonly source: string;
  readonly jobId: string;
  /** Host of the instance that has the repository. */
  readonly host: string;
  /** Runs the job. */
  readonly project: Project;
  /** The fork that a merge request comes from; else the same. */
  readonly sourceProject: Project;
  /** A merge request runs for its source branch (`Ci::Pipeline#source_ref`). */
  readonly ref: string;
  readonly refPath: string;
  readonly configPath: string;
}

/** Places a job in a project of GitLab, and in its fork for a merge request of one. */
export function describePipeline(job: Job): Pipeline {
  const { runKey, pullRequest, options } = job;
  const project = describeProject(`${job.owner}/${job.repository}`, options);
  const fork = pullRequest?.fork ?? null;
  return {
    id: String(deriveNumber(10, 'pipeline', runKey)),
    source: nameGitlabSource(job),
    jobId: String(deriveNumber(11, 'job', runKey, job.jobId)),
    // A job without a repository is told to be on github.com, where GitLab is not.
    host: job.host === 'github.com' ? 'gitlab.com' : job.host,
    project,
    sourceProject: fork === null ? project : describeProject(fork, {}),
    ref: pullRequest?.headBranch ?? job.refName,
    refPath: pullRequest === null ? job.ref : `refs/heads/${pullRequest.headBranch}`,
    configPath: job.workflowFile || '.gitlab-ci.yml',
  };
}

function describeProject(path: string, options: Readonly<Record<string, string>>): Project {
  const namespacePath = path.slice(0, path.lastIndexOf('/'));
  return {
    id: options['project-id'] || String(deriveNumber(8, 'project', path)),
    path,
    namespaceId: options['namespace-id'] || String(deriveNumber(8, 'namespace', namespacePath)),
    namespacePath,
  };
}
