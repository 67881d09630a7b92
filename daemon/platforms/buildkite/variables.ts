import type { Job } from '../../jobs/job.ts';
import { type Build, describeBuild } from './build.ts';

/** What every job finds (docs: Environment variables). */
export function describeVariables(job: Job): Record<string, string> {
  const build = describeBuild(job);
  const { owner, repository, host, pullRequest, options } = job;
  const url = `https://buildkite.com/${build.organization}/${build.pipeline}/builds/${job.runNumber}`;
  return {
    CI: 'true',
    BUILDKITE: 'true',
    BUILDKITE_AGENT_ID: build.agentId,
    BUILDKITE_BRANCH: build.branch,
    BUILDKITE_BUILD_CREATOR: job.actor,
    BUILDKITE_BUILD_CREATOR_EMAIL: job.actorEmail,
    BUILDKITE_BUILD_ID: build.buildId,
    BUILDKITE_BUILD_NUMBER: String(job.runNumber),
    BUILDKITE_BUILD_URL: url,
    BUILDKITE_CLUSTER_ID: build.clusterId,
    BUILDKITE_CLUSTER_NAME: options.cluster ?? 'default',
    BUILDKITE_COMMIT: job.sha,
    BUILDKITE_COMPUTE_TYPE: options['runner-environment'] === 'self-hosted' ? 'self-hosted' : 'hosted',
    ...describeGroup(build.group),
    BUILDKITE_JOB_ID: build.jobId,
    BUILDKITE_LABEL: build.label,
    BUILDKITE_ORGANIZATION_ID: build.organizationId,
    BUILDKITE_ORGANIZATION_SLUG: build.organization,
    ...(job.defaultBranch !== null && { BUILDKITE_PIPELINE_DEFAULT_BRANCH: job.defaultBranch }),
    BUILDKITE_PIPELINE_ID: build.pipelineId,
    BUILDKITE_PIPELINE_NAME: build.pipeline,
    BUILDKITE_PIPELINE_SLUG: build.pipeline,
    BUILDKITE_PULL_REQUEST: pullRequest === null ? 'false' : String(pullRequest.number),
    BUILDKITE_PULL_REQUEST_BASE_BRANCH: pullRequest?.baseBranch ?? '',
    BUILDKITE_PULL_REQUEST_REPO:
      pullRequest === null ? '' : `git://${host}/${pullRequest.fork ?? `${owner}/${repository}`}.git`,
    BUILDKITE_REPO: `git@${host}:${owner}/${repository}.git`,
    BUILDKITE_RETRY_COUNT: String(job.runAttempt - 1),
    BUILDKITE_SOURCE: build.source,
    BUILDKITE_STEP_ID: build.stepId,
    BUILDKITE_STEP_KEY: build.stepKey ?? '',
    BUILDKITE_TAG: build.tag ?? '',
    BUILDKITE_TIMEOUT: job.timeoutSeconds === null ? 'false' : String(Math.ceil(job.timeoutSeconds / 60)),
    ...describeAgentTags(build.agentTags),
  };
}

function describeGroup(group: Build['group']): Record<string, string> {
  if (group === null) return {};
  return {
    BUILDKITE_GROUP_ID: group.id,
    ...(group.key !== '' && { BUILDKITE_GROUP_KEY: group.key }),
    ...(group.label !== '' && { BUILDKITE_GROUP_LABEL: group.label }),
  };
}

function describeAgentTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([name, value]) => [
      `BUILDKITE_AGENT_META_DATA_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`,
      value,
    ]),
  );
}
