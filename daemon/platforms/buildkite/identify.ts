import type { Job } from '../../jobs/job.ts';
import type { JobIdentity } from '../platform.ts';
import { warnOfColons } from '../warn-of-colons.ts';
import { type Build, describeBuild } from './build.ts';

/** The claims that every token has (docs: buildkite-agent oidc, "Claims"). */
export function identify(job: Job): JobIdentity {
  const build = describeBuild(job);
  return {
    subject: formatSubject(build, job.sha),
    audience: `https://buildkite.com/${build.organization}`,
    claims: describeClaims(job, build),
    refusal: null,
    warnings: [...warnOfColons({ 'key of the step': build.stepKey }), ...warnOfFork(job, build)],
  };
}

/** What every token of a build says besides the claims that all tokens have (docs: buildkite-agent oidc, "Claims"). */
export function describeClaims({ sha, runNumber, options }: Job, build: Build) {
  return {
    organization_slug: build.organization,
    pipeline_slug: build.pipeline,
    build_number: runNumber,
    build_branch: build.branch,
    ...(build.tag !== null && { build_tag: build.tag }),
    build_commit: sha,
    step_key: build.stepKey,
    job_id: build.jobId,
    agent_id: build.agentId,
    build_source: build.source,
    runner_environment: options['runner-environment'] ?? 'buildkite-hosted',
  };
}

function formatSubject({ organization, pipeline, tag, branch, stepKey }: Build, sha: string): string {
  const ref = tag === null ? `refs/heads/${branch}` : `refs/tags/${tag}`;
  return `organization:${organization}:pipeline:${pipeline}:ref:${ref}:commit:${sha}:step:${stepKey ?? ''}`;
}

function warnOfFork({ pullRequest }: Job, { branch }: Build): readonly string[] {
  if ((pullRequest?.fork ?? null) === null) return [];
  return [
    `A pipeline that does not prefix the branches of forks would say refs/heads/${pullRequest?.headBranch} instead of refs/heads/${branch}.`,
  ];
}
