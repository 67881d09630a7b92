import { expect, it, test } from 'vitest';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { namesOf, readJobs } from '../../fixtures.ts';

const PATH = '.semaphore/semaphore.yml';

/** What becomes of a block with this condition: whether it runs, null where only Semaphore knows. */
async function decide(rule: 'run' | 'skip', condition: string, query: JobQuery): Promise<boolean | null> {
  const text = `blocks: [{ name: b, ${rule}: { when: ${JSON.stringify(condition)} }, task: { jobs: [{ name: j }] } }]`;
  const job = (await readJobs(PATH, text, query))['b/j'];
  if (job?.isLeftOut === true) return false;
  return namesOf(job)?.length === 0 ? true : null;
}

const MAIN = { ref: 'refs/heads/main' };
const TAG = { ref: 'refs/tags/v1.2.0', event: 'tag' };
const PULL = { event: 'pull_request' };

test.each<[string, JobQuery, boolean | null]>([
  ["branch = 'main'", MAIN, true],
  ["branch = 'main'", { ref: 'refs/heads/other' }, false],
  ['BRANCH != "main"', MAIN, false],
  ["'main' = branch", MAIN, true],
  ["branch =~ '^ma'", MAIN, true],
  ["branch !~ '^ma'", MAIN, false],
  ["branch =~ '^(?=x)'", MAIN, null],
  ["tag =~ '.*'", MAIN, false],
  ["tag =~ '.*'", TAG, true],
  ["branch = 'main' OR tag =~ '^v1[.]'", TAG, true],
  ["branch = 'main' and pull_request !~ '.*'", MAIN, true],
  ["pull_request =~ '.*'", PULL, true],
  // What a run has not is empty, and matches no expression (plumber's `when_params`, `lib/when/interpreter.ex`).
  ["pull_request = '7' AND tag = ''", PULL, true],
  ["branch = 'main'", PULL, false],
  ["branch != 'main'", PULL, true],
  ["branch =~ '.*'", PULL, false],
  ["branch !~ '^main$'", TAG, true],
  ["tag = 'v1.2.0'", PULL, false],
  ['true', MAIN, true],
  ['FALSE', MAIN, false],
  ["result = 'passed'", MAIN, null],
  ["change_in('/app', { branch_range: 'a...b' })", MAIN, null],
  ["branch = 'main' or change_in('/app')", MAIN, true],
  ["branch = 'other' and change_in(['/app', '/lib'])", MAIN, false],
  ["(branch = 'main' or result = 'passed') and tag = 'v1'", MAIN, false],
  // In order it is false; if `and` went first, it would be true.
  ["branch = 'main' or branch = 'main' and tag = 'v1'", MAIN, false],
  ["branch = 'main' or change_in('/app') and tag = 'v1'", MAIN, false],
])('run when %s, for %j, comes to %j', async (condition, query, expected) => {
  expect(await decide('run', condition, query)).toBe(expected);
});

test.each([
  '',
  'branch =',
  "= 'main'",
  "branch 'main'",
  '(',
  "branch = 'main' )",
  "branch & 'x'",
  "branch = 'x",
  'main',
])('run when %j, which is no condition, is not decided', async (condition) => {
  expect(await decide('run', condition, MAIN)).toBeNull();
});

test('a condition is long or deep only in a file that means harm', async () => {
  const deep = `${'('.repeat(60)}true${')'.repeat(60)}`;
  const long = `true ${'or true '.repeat(600)}`;
  expect([await decide('run', deep, MAIN), await decide('run', long, MAIN)]).toEqual([null, null]);
});

it('skips what it says to skip, with the reason', async () => {
  expect(await decide('skip', "branch = 'main'", MAIN)).toBe(false);
  expect(await decide('skip', "branch != 'main'", MAIN)).toBe(true);
  const text = 'blocks: [{ name: b, skip: { when: "tag =~ \'^v\'" }, task: { jobs: [{ name: j }] } }]';
  expect((await readJobs(PATH, text, TAG))['b/j']?.warnings).toEqual([
    "b.skip.when: tag =~ '^v' is true: the block is skipped",
  ]);
});
