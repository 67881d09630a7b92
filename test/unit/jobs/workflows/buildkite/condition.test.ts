import { expect, test } from 'vitest';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { namesOf, readJobs } from '../../fixtures.ts';

/** Whether a step with this condition runs; null where only Buildkite knows. */
async function decide(condition: string, query: JobQuery): Promise<boolean | null> {
  const text = `steps: [{ command: x, key: a, if: ${JSON.stringify(condition)} }]`;
  const { a } = await readJobs('.buildkite/pipeline.yml', text, query);
  if (a?.isLeftOut === true) return false;
  return namesOf(a)?.length === 0 ? true : null;
}

const MAIN: JobQuery = { ref: 'refs/heads/main' };
const TAG: JobQuery = { event: 'tag', ref: 'refs/tags/v1.2.0' };
const PULL: JobQuery = { event: 'pull_request' };

test.each<[string, JobQuery, boolean | null]>([
  ['build.branch == "main"', MAIN, true],
  ["build.branch != 'main'", MAIN, false],
  ['"main" == build.branch', MAIN, true],
  ['build.branch == "main"', { ref: 'refs/heads/other' }, false],
  ['build.branch =~ /^ma/', MAIN, true],
  ['build.branch =~ /^MAIN$$/i', MAIN, true],
  ['build.branch !~ /in\\$/', MAIN, false],
  ['build.branch =~ /^(?=x)/', MAIN, null],
  ['build.branch == "$BRANCH"', MAIN, null],
  ['build.tag =~ /^v/', TAG, true],
  ['build.tag =~ /^v/', MAIN, false],
  ['build.tag == null', MAIN, true],
  ['build.tag != null', TAG, true],
  ['build.pull_request.id == null', MAIN, true],
  ['build.pull_request.id != null', PULL, true],
  ['build.branch == "feature"', PULL, true],
  ['build.branch == "feature"', { event: 'fork' }, null],
  ['build.pull_request.base_branch == "main"', PULL, true],
  ['build.source == "schedule"', { event: 'schedule' }, true],
  ['build.source == "ui"', { event: 'manual' }, null],
  ['build.source == "ui"', { event: 'ui' }, true],
  ['build.branch == pipeline.default_branch', MAIN, null],
  ['build.branch == pipeline.default_branch', { ...MAIN, options: { 'default-branch': 'main' } }, true],
  ['build.branch == "dev" || build.branch == "main" && build.tag == null', MAIN, true],
  ['(build.branch == "main" || build.tag != null) && build.message !~ /skip/', MAIN, null],
  ['build.branch == "dev" && build.message !~ /skip/', MAIN, false],
  ['build.branch == "main" || build.message !~ /skip/', MAIN, true],
  ['!(build.branch == "main")', MAIN, false],
  ['!build.pull_request.draft', PULL, null],
  ['!build.pull_request.repository.fork', PULL, true],
  ['!build.pull_request.repository.fork', { event: 'fork' }, false],
  ['build.pull_request.repository.fork', MAIN, null],
  ['! build.branch == "main"', MAIN, null],
  ['// the main branch\nbuild.branch == "main" // alone', MAIN, true],
  ['true', MAIN, true],
  ['false', MAIN, false],
  ['build.env("CI") == "true"', MAIN, null],
  ['["main"] includes build.branch', MAIN, null],
  ['build.branch', MAIN, null],
  ['build.branch ==', MAIN, null],
  ['(build.branch == "main"', MAIN, null],
  [`${'('.repeat(80)}true${')'.repeat(80)}`, MAIN, null],
])('%s for %j is %j', async (condition, query, expected) => {
  expect(await decide(condition, query)).toBe(expected);
});

test('a step that its condition leaves out says so', async () => {
  const { a } = await readJobs('pipeline.yml', '- { command: x, key: a, if: build.branch == "dev" }', MAIN);
  expect(a?.warnings).toEqual(['a.if: build.branch == "dev" is false: the step does not run']);
});
