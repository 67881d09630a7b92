import type { Job } from '../../job.ts';
import { nameGitlabSource } from '../../triggers.ts';
import type { KnownVariables } from '../variables.ts';

const LONGEST_SLUG = 63;

/** A name as GitLab puts it into hosts: 63 of a-z, 0-9 and inner hyphens (docs: "Predefined variables", `_SLUG`). */
export function slugify(name: string): string {
  return name
    .slice(0, LONGEST_SLUG)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '-')
    .slice(0, LONGEST_SLUG)
    .replace(/^-+|-+$/g, '');
}

/** Which job of the file it is, before a runner has it. */
export interface JobSeed {
  readonly id: string;
  /** With its row of a matrix. */
  readonly name: string;
  /** null, here and below: nobody here knows it. */
  readonly stage: string | null;
  /** Of `parallel`, from 1. */
  readonly index: number | null;
  readonly total: number | null;
}

/** A longer name is none (GitLab docs: "Job names"). */
const LONGEST_NAME = 255;
/** Rows and numbers at the end of a name (`Gitlab::Utils::Job.group_name`). */
const NUMBERING = /[\s:]{1,8}(?:\[.*\]|\d{1,9}[\s:/\\]{1,8}\d{1,9})\s*$/;
const MOST_NUMBERINGS = 3;

function nameGroup(name: string): string {
  let group = name.slice(0, LONGEST_NAME);
  for (let times = 0; times < MOST_NUMBERINGS; times += 1) group = group.replace(NUMBERING, '');
  return group.trim();
}

/**
 * Variables of the job (`Gitlab::Ci::Variables::Builder#predefined_variables_from_job_attr`), which has its environment's
 * later. There may be many jobs and rows: they are made when somebody asks.
 */
export function lookUpSeed({ id, name, stage, index, total }: JobSeed): KnownVariables {
  const read = (variable: string): string | number | null => {
    switch (variable) {
      case 'CI_JOB_NAME':
        return name;
      case 'CI_JOB_NAME_SLUG':
        return slugify(name);
      case 'CI_JOB_GROUP_NAME':
        return nameGroup(id);
      case 'CI_JOB_STAGE':
        return stage;
      case 'CI_NODE_INDEX':
        return index;
      case 'CI_NODE_TOTAL':
        return total;
      default:
        return null;
    }
  };
  return { get: (variable) => read(variable)?.toString() };
}

/**
 * Predefined variables as far as the pipeline knows them (docs: "Predefined CI/CD variables reference"). Ids are those
 * that somebody said.
 */
export function listPipelineVariables(job: Job): ReadonlyMap<string, string> {
  const source = job.pullRequest?.headBranch ?? job.refName;
  const known: Record<string, string> = {
    CI: 'true',
    GITLAB_CI: 'true',
    ...describeProject(job),
    CI_COMMIT_REF_NAME: source,
    CI_COMMIT_REF_SLUG: slugify(source),
    CI_COMMIT_SHA: job.sha,
    CI_COMMIT_SHORT_SHA: job.sha.slice(0, 8),
    CI_COMMIT_REF_PROTECTED: String(job.isRefProtected),
    CI_PIPELINE_SOURCE: nameGitlabSource(job),
    CI_PIPELINE_IID: String(job.runNumber),
    ...(nameGitlabSource(job) === 'trigger' && { CI_PIPELINE_TRIGGERED: 'true' }),
    GITLAB_USER_LOGIN: job.actor,
    GITLAB_USER_EMAIL: job.actorEmail,
    ...(job.options['user-id'] && { GITLAB_USER_ID: job.options['user-id'] }),
    ...describeRequest(job),
  };
  if (job.pullRequest === null) known[job.refType === 'tag' ? 'CI_COMMIT_TAG' : 'CI_COMMIT_BRANCH'] = job.refName;
  return new Map(Object.entries(known));
}

function describeProject(job: Job): Record<string, string> {
  const { owner, repository, options } = job;
  // A job without a repository is told to be on github.com, where GitLab is not.
  const host = job.host === 'github.com' ? 'gitlab.com' : job.host;
  const [name = host, port = '443'] = host.split(/:(?=\d+$)/);
  const path = `${owner}/${repository}`;
  return {
    CI_PROJECT_NAME: repository,
    CI_PROJECT_NAMESPACE: owner,
    CI_PROJECT_ROOT_NAMESPACE: owner.split('/')[0] ?? owner,
    CI_PROJECT_PATH: path,
    CI_PROJECT_PATH_SLUG: slugify(path),
    CI_PROJECT_URL: `https://${host}/${path}`,
    CI_PROJECT_VISIBILITY: job.visibility,
    ...(options['project-id'] && { CI_PROJECT_ID: options['project-id'] }),
    ...(options['namespace-id'] && { CI_PROJECT_NAMESPACE_ID: options['namespace-id'] }),
    ...(job.defaultBranch !== null && { CI_DEFAULT_BRANCH: job.defaultBranch }),
    CI_CONFIG_PATH: job.workflowFile || '.gitlab-ci.yml',
    CI_SERVER: 'yes',
    CI_SERVER_NAME: 'GitLab',
    CI_SERVER_HOST: name,
    CI_SERVER_PORT: port,
    CI_SERVER_PROTOCOL: 'https',
    CI_SERVER_FQDN: host,
    CI_SERVER_URL: `https://${host}`,
    CI_API_V4_URL: `https://${host}/api/v4`,
    CI_API_GRAPHQL_URL: `https://${host}/api/graphql`,
  };
}

function describeRequest({ owner, repository, pullRequest }: Job): Record<string, string> {
  if (pullRequest === null) return {};
  const path = `${owner}/${repository}`;
  return {
    CI_MERGE_REQUEST_IID: String(pullRequest.number),
    CI_MERGE_REQUEST_REF_PATH: `refs/merge-requests/${pullRequest.number}/head`,
    CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: pullRequest.headBranch,
    CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: pullRequest.fork ?? path,
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: pullRequest.baseBranch,
    CI_MERGE_REQUEST_PROJECT_PATH: path,
  };
}

/** Variables that there are only when a job or a pipeline is stored (docs: "Where variables can be used"). */
const PERSISTED: ReadonlySet<string> = new Set([
  'CI_PIPELINE_ID',
  'CI_PIPELINE_URL',
  'CI_JOB_ID',
  'CI_JOB_URL',
  'CI_JOB_TOKEN',
  'CI_JOB_STARTED_AT',
  'CI_REGISTRY_USER',
  'CI_REGISTRY_PASSWORD',
  'CI_REPOSITORY_URL',
  'CI_DEPLOY_USER',
  'CI_DEPLOY_PASSWORD',
]);

/** Has GitLab certainly nothing of that name yet when it reads the file? */
export function isPersisted(name: string): boolean {
  return PERSISTED.has(name);
}
