import type { Job } from '../../jobs/job.ts';
import { deriveNumber } from '../../jobs/stable-ids.ts';
import { splitOption } from '../option-values.ts';
import type { JobIdentity } from '../platform.ts';
import { findUnusableNames, readIdTokens, refuseJob } from './id-tokens.ts';
import { describePipeline, type Project } from './pipeline.ts';
import { MAX_JOB_TIMEOUT_SECONDS } from './profile.ts';

const DEFAULT_TIMEOUT_SECONDS = 3_600;

/** The claims of a job (docs: ID token authentication, "Token payload"; lib/gitlab/ci/jwt.rb, jwt_v2.rb). */
export function identify(job: Job): JobIdentity {
  const { options } = job;
  const pipeline = describePipeline(job);
  const claims = {
    ...describeProject('', pipeline.sourceProject),
    ...describeProject('job_', pipeline.project),
    user_id: options['user-id'] || String(deriveNumber(7, 'user', job.actor)),
    user_login: job.actor,
    user_email: job.actorEmail,
    user_access_level: options['user-access-level'],
    ...(options['user-identities'] && { user_identities: readIdentities(options['user-identities']) }),
    pipeline_id: pipeline.id,
    pipeline_source: pipeline.source,
    job_id: pipeline.jobId,
    ref: pipeline.ref,
    ref_type: job.refType,
    ref_path: pipeline.refPath,
    ref_protected: String(job.isRefProtected),
    ...(options['groups-direct'] && { groups_direct: splitOption(options['groups-direct']) }),
    ...describeEnvironment(job),
    runner_id: Number(options['runner-id'] || deriveNumber(8, 'runner', pipeline.host)),
    runner_environment: options['runner-environment'],
    sha: job.sha,
    project_visibility: job.visibility,
    ci_config_ref_uri: `${pipeline.host}/${pipeline.project.path}//${pipeline.configPath}@${pipeline.refPath}`,
    ci_config_sha: job.sha,
  };
  return {
    subject: formatSubject(claims, options['sub-claim-components']),
    // Only a job that declares none is asked without an audience.
    audience: readIdTokens(job)[0]?.audience ?? job.issuerUrl,
    claims,
    refusal: refuseJob(job),
    warnings: [...warnOfDeclarations(job), ...warnOfFork(job)],
    ttlSeconds: Math.min(job.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS, MAX_JOB_TIMEOUT_SECONDS),
  };
}

/** `sub`: names and values of the project's components, without those that the job has no value for. */
function formatSubject(claims: Readonly<Record<string, unknown>>, components: string | undefined): string {
  return splitOption(components)
    .flatMap((name) => (claims[name] === undefined ? [] : [name, claims[name]]))
    .join(':');
}

function describeProject(prefix: '' | 'job_', project: Project): Record<string, string> {
  return {
    [`${prefix}project_id`]: project.id,
    [`${prefix}project_path`]: project.path,
    [`${prefix}namespace_id`]: project.namespaceId,
    [`${prefix}namespace_path`]: project.namespacePath,
  };
}

function describeEnvironment({ environment, options }: Job) {
  if (environment === null) return {};
  return {
    environment,
    environment_protected: options['environment-protected'],
    deployment_tier: options['deployment-tier'] || guessTier(environment),
    environment_action: options['environment-action'],
  };
}

/**
 * The tier that GitLab gives an environment by its name when the job names none (docs:
 * Deployment tier of environments).
 */
export function guessTier(environment: string): string {
  if (/dev|review|trunk/i.test(environment)) return 'development';
  if (/test|tst|int|ac(?:ce)?pt|qa|qc|control|quality/i.test(environment)) return 'testing';
  if (/sta?g|mode?l|pre|demo|non/i.test(environment)) return 'staging';
  if (/pro?d|live/i.test(environment)) return 'production';
  return 'other';
}

function readIdentities(option: string): readonly { provider: string; extern_uid: string }[] {
  return splitOption(option).map((identity) => {
    const at = identity.indexOf(':');
    return { provider: identity.slice(0, at), extern_uid: identity.slice(at + 1) };
  });
}

function warnOfDeclarations(job: Job): readonly string[] {
  const unusable = findUnusableNames(job).map((name) => `id_tokens: "${name}" cannot be the name of a variable.`);
  if (job.workflow !== null || readIdTokens(job).length > 0) return unusable;
  return [
    'No id_tokens are known: without any the job finds no variable with a token. Name one with --set id-token=NAME=audience.',
  ];
}

function warnOfFork({ pullRequest }: Job): readonly string[] {
  if ((pullRequest?.fork ?? null) === null) return [];
  return [
    'A merge request from a fork runs in the fork, unless a member runs its pipeline in the parent project: these are the claims of the latter.',
  ];
}
