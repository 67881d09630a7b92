import { expect, it } from 'vitest';
import { findJobAt } from '../../../../extension/features/workflow/job-at-cursor.ts';
import { isJobChoice } from '../../../../extension/features/workflow/job-choice.ts';
import { placeWorkflow } from '../../../../extension/features/workflow/workflow-files.ts';

it.each([
  ['/w/.github/workflows/deploy.yml', 'github-actions', '/w'],
  ['/w/sub/.github/workflows/deploy.YAML', 'github-actions', '/w/sub'],
  ['/w/.forgejo/workflows/a.yml', 'forgejo', '/w'],
  ['/w/.gitea/workflows/a.yml', 'forgejo', '/w'],
  ['/w/.depot/workflows/a.yml', 'depot', '/w'],
  ['/w/.gitlab-ci.yml', 'gitlab', '/w'],
  ['/w/ci/build.gitlab-ci.yml', 'gitlab', '/w/ci'],
  ['/w/.semaphore/a/b.yml', 'semaphore', '/w'],
  ['/w/.circleci/config.yml', 'circleci', '/w'],
  ['/w/.buildkite/pipeline.yml', 'buildkite', '/w'],
  ['/w/bitbucket-pipelines.yml', 'bitbucket', '/w'],
  ['/w/azure-pipelines-deploy.yml', 'azure-devops', '/w'],
])('%s is a workflow file', (path, platform, root) => {
  expect(placeWorkflow(path)).toEqual({ platform, root });
});

it.each(['/w/deploy.yml', '/w/.github/dependabot.yml', '/w/.github/workflows/readme.md', '/w/docker-compose.yml'])(
  '%s is none',
  (path) => {
    expect(placeWorkflow(path)).toBeNull();
  },
);

it('a command takes a job by its names only', () => {
  expect(isJobChoice({ slug: 'gitlab', file: '/w/a.yml', id: 'a', options: { environment: 'prod' } })).toBe(true);
  for (const other of [null, 'gitlab', {}, { slug: 1 }, { slug: 'a', path: '/x' }, { slug: 'a', options: { b: 1 } }]) {
    expect(isJobChoice(other)).toBe(false);
  }
});

it('the job at the cursor is the one that begins above it', () => {
  const description = { platform: '', issuer: '', event: '', refusal: null, subject: '', audience: '', claims: {} };
  const told = {
    description: { ...description, unknowns: [], warnings: [] },
    environment: null,
    rows: [],
    triggers: null,
    isLeftOut: false,
  };
  const jobs = [8, 3].map((line) => ({ id: `at-${line}`, name: '', line, ...told }));
  expect([1, 3, 7, 8, 99].map((line) => findJobAt(jobs, line)?.line)).toEqual([undefined, 3, 3, 8, 8]);
  expect(findJobAt(jobs.slice(0, 1), 1)?.line).toBe(8);
});
