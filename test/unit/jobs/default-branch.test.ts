import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listWorkflowJobs, resolveJob } from '../../../daemon/jobs/resolve-job.ts';
import type { JobQuery } from '../../../daemon/protocol/jobs.ts';
import { commitAll, git, initRepository } from '../../support/workflow-repository/write-repository.ts';
import { FRAME, makeDirectory } from './fixtures.ts';

/** `main`, `release` and `feature` with a commit each; `feature` is checked out. */
function makeRepository({ hasRemoteHead = true, hasLocalMain = true } = {}) {
  const directory = makeDirectory();
  initRepository(directory);
  const main = commitAll(directory);
  git(directory, 'checkout', '--quiet', '-b', 'release');
  const release = commitAll(directory);
  git(directory, 'checkout', '--quiet', '-b', 'feature');
  const feature = commitAll(directory);
  git(directory, 'update-ref', 'refs/remotes/origin/main', main);
  if (hasRemoteHead) git(directory, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  if (!hasLocalMain) git(directory, 'branch', '--quiet', '-D', 'main');
  return { directory, main, release, feature };
}

const resolve = async (query: JobQuery, frame = FRAME) => {
  const { job, warnings } = await resolveJob(query, frame);
  return { ref: job.ref, sha: job.sha, warnings };
};

const [MAIN, RELEASE, FEATURE] = ['refs/heads/main', 'refs/heads/release', 'refs/heads/feature'];

/** docs.github.com, Events that trigger workflows: "Default branch" in the column of GITHUB_REF. */
const ON_DEFAULT_BRANCH = [
  ...['branch_protection_rule', 'check_run', 'check_suite', 'delete', 'discussion', 'discussion_comment', 'gollum'],
  ...['image_version', 'issue_comment', 'issues', 'label', 'milestone', 'page_build', 'public', 'pull_request_target'],
  ...[
    'repository_dispatch',
    'schedule',
    'status',
    'watch',
    'workflow_run',
    'project',
    'project_card',
    'project_column',
  ],
];

describe('what runs on the default branch', () => {
  it('is every event of which GitHub says so, with the last commit of that branch', async () => {
    const { directory, main } = makeRepository();
    for (const event of ON_DEFAULT_BRANCH) {
      expect(await resolve({ directory, event }), event).toEqual({ ref: MAIN, sha: main, warnings: [] });
    }
  });

  it.each([
    'push',
    'create',
    'workflow_dispatch',
    'manual',
    'deployment',
    'deployment_status',
    'registry_package',
    'web',
  ])('is not %s: it is about a branch', async (event) => {
    const { directory, feature } = makeRepository();
    expect(await resolve({ directory, event })).toEqual({ ref: FEATURE, sha: feature, warnings: [] });
  });

  it('has the commit that the remote has where there is no such branch here', async () => {
    const { directory, main } = makeRepository({ hasLocalMain: false });
    expect(await resolve({ directory, event: 'schedule' })).toMatchObject({ ref: MAIN, sha: main, warnings: [] });
    expect(await resolve({ directory, ref: MAIN })).toMatchObject({ ref: MAIN, sha: main, warnings: [] });
  });

  it('has no commit of another branch where nobody knows its own', async () => {
    const { directory, main, release, feature } = makeRepository();
    const { ref, sha, warnings } = await resolve({
      directory,
      event: 'schedule',
      options: { 'default-branch': 'nowhere' },
    });
    expect(ref).toBe('refs/heads/nowhere');
    expect([main, release, feature]).not.toContain(sha);
    expect(warnings).toEqual(['git: there is no commit of this ref']);
  });

  it('has the commit that is said', async () => {
    const { directory } = makeRepository();
    const options = { sha: '1f'.repeat(20), 'default-branch': 'nowhere' };
    expect(await resolve({ directory, event: 'schedule', options })).toEqual({
      ref: 'refs/heads/nowhere',
      sha: options.sha,
      warnings: [],
    });
  });

  it('is not where a pull request would go to', async () => {
    const { directory, main } = makeRepository();
    for (const frame of [FRAME, { ...FRAME, runsTargetOnBase: true }]) {
      const asked = await resolve({ directory, event: 'schedule', options: { base: 'release' } }, frame);
      expect(asked).toMatchObject({ ref: MAIN, sha: main });
    }
  });

  it('is not what a detached HEAD or a tag that is not there has its commit of', async () => {
    const { directory, feature } = makeRepository();
    expect(await resolve({ directory, event: 'tag' })).toMatchObject({ ref: 'refs/tags/v1.0.0', sha: feature });
    git(directory, 'checkout', '--quiet', '--detach');
    expect(await resolve({ directory })).toMatchObject({ ref: MAIN, sha: feature });
  });

  it('is missed once, where the workflow asks for it too', async () => {
    const { directory } = makeRepository({ hasRemoteHead: false });
    const path = join(directory, '.github/workflows/deploy.yml');
    const environment = '"$' + '{{ github.event.repository.default_branch }}"';
    const text = `on: schedule\njobs: { a: { environment: ${environment}, steps: [] } }`;
    const [found] = await listWorkflowJobs(path, text, { event: 'schedule', directory }, FRAME);
    expect(found?.unknowns).toHaveLength(1);
    expect(found?.warnings).toEqual([expect.stringContaining('origin/HEAD')]);
  });

  it('is the ref that is said', async () => {
    const { directory, release } = makeRepository();
    const asked = await resolve({ directory, event: 'workflow_run', ref: RELEASE });
    expect(asked).toEqual({ ref: RELEASE, sha: release, warnings: [] });
  });

  it.each(['schedule', 'workflow_run', 'pull_request_target', 'merge_group'])(
    'is warned of where nobody knows which one it is: %s',
    async (event) => {
      const { directory } = makeRepository({ hasRemoteHead: false });
      expect((await resolve({ directory, event })).warnings).toEqual([expect.stringContaining('origin/HEAD')]);
      expect((await resolve({ directory, event, options: { 'default-branch': 'main' } })).warnings).toEqual([]);
      expect((await resolve({ event })).warnings).toEqual([]);
    },
  );
});

describe('pull_request_target', () => {
  const query = { event: 'pull_request_target', options: { base: 'release' } };

  it('runs on the default branch of GitHub, whatever its base is, and knows both its branches', async () => {
    const { directory, main } = makeRepository();
    const { job } = await resolveJob({ ...query, directory }, FRAME);
    expect(job).toMatchObject({
      ref: MAIN,
      sha: main,
      pullRequest: { headBranch: 'feature', baseBranch: 'release' },
    });
  });

  it('does so where HEAD is detached', async () => {
    const { directory, main } = makeRepository();
    git(directory, 'checkout', '--quiet', '--detach');
    expect(await resolve({ ...query, directory })).toMatchObject({ ref: MAIN, sha: main });
    expect(await resolve({ directory, event: 'schedule' })).toMatchObject({ ref: MAIN, sha: main });
  });

  it('runs on its base where the platform has it so', async () => {
    const { directory, release } = makeRepository();
    const frame = { ...FRAME, runsTargetOnBase: true };
    expect(await resolve({ ...query, directory }, frame)).toEqual({ ref: RELEASE, sha: release, warnings: [] });
  });
});

describe('a pull request and a merge queue', () => {
  it('have the commit of what they would merge', async () => {
    const { directory, feature, release } = makeRepository();
    expect(await resolve({ directory, event: 'pull_request' })).toMatchObject({ sha: feature });
    expect(await resolve({ directory, event: 'pull_request', ref: RELEASE })).toMatchObject({ sha: release });
    expect(await resolve({ directory, event: 'merge_group' })).toMatchObject({ ref: MAIN, sha: feature });
  });

  it('go to the branch that is said', async () => {
    const { directory, feature } = makeRepository();
    const asked = await resolve({ directory, event: 'merge_group', options: { base: 'release' } });
    expect(asked).toEqual({ ref: RELEASE, sha: feature, warnings: [] });
    const { warnings } = await resolve({ directory, event: 'merge_group', options: { base: 'release', head: 'x' } });
    expect(warnings).toHaveLength(1);
  });
});
