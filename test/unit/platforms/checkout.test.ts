import { expect, test } from 'vitest';
import { findPlatform } from '../../../daemon/platforms/registry.ts';
import { sampleGrant, sampleJob } from './sample-job.ts';

// The platforms' lists of variables; Jenkins, Codefresh, Azure DevOps and those of the Actions family have theirs elsewhere.
test.each([
  ['gitlab', 'CI_PROJECT_DIR'],
  ['bitbucket', 'BITBUCKET_CLONE_DIR'],
  ['buildkite', 'BUILDKITE_BUILD_CHECKOUT_PATH'],
  ['semaphore', 'SEMAPHORE_GIT_DIR'],
  ['circleci', 'CIRCLE_WORKING_DIRECTORY'],
])('a job of %s finds its repository in %s, and nothing where nobody knows it', async (name, variable) => {
  const platform = findPlatform(name);
  const job = sampleJob(platform);
  const { workspace: _, ...grant } = sampleGrant(job);
  expect(await platform.handOver(job, { ...grant, workspace: '/repository/widgets' }).variables()).toHaveProperty(
    variable,
    '/repository/widgets',
  );
  expect(await platform.handOver(job, grant).variables()).not.toHaveProperty(variable);
});
