import { describe, expect, it } from 'vitest';
import { resolveJob } from '../../../../../daemon/jobs/resolve-job.ts';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { FRAME, inMemory, namesOf, problemOf, readJobs } from '../../fixtures.ts';

const PATH = '.circleci/config.yml';
const BRANCH: JobQuery = { event: 'push', ref: 'refs/heads/feature/one' };
const TAG: JobQuery = { event: 'tag', ref: 'refs/tags/v1.2.0' };

/** true: it runs; false: it is left out; names: what that depends on. */
async function judge(workflow: string, query: JobQuery, more = ''): Promise<boolean | readonly string[]> {
  const jobs = await readJobs(
    PATH,
    `${more}\nworkflows:\n  w:\n    ${workflow}\n    jobs: [{ j: { filters: { tags: { only: /.*/ } } } }]\n`,
    query,
  );
  const job = jobs['w/j'];
  const names = namesOf(job) ?? [];
  return names.length > 0 ? names : job?.isLeftOut === false;
}

const PARAMETERS = `
parameters:
  deploy: { type: boolean, default: false }
  env: { type: enum, enum: [dev, prod], default: prod }
  count: { type: integer, default: 3 }
  open: { type: string }`;

describe('when and unless of a workflow', () => {
  it.each<readonly [string, JobQuery, boolean | readonly string[]]>([
    ['when: true', {}, true],
    ['when: false', {}, false],
    ['unless: true', {}, false],
    ['when: null', {}, false],
    ['when: 0', {}, false],
    ['when: { equal: [main, << pipeline.git.branch >>] }', {}, true],
    ['when: { equal: [main, << pipeline.git.branch >>] }', BRANCH, false],
    ['when: { equal: [main, << pipeline.git.branch >>] }', TAG, false],
    ['unless: { equal: [main, << pipeline.git.branch >>] }', {}, false],
    ['when: << pipeline.git.tag >>', TAG, true],
    ['when: << pipeline.git.tag >>', {}, false],
    ['when: { not: << pipeline.git.tag >> }', {}, true],
    ['when: << pipeline.parameters.deploy >>', {}, false],
    ['when: { equal: [<< pipeline.parameters.env >>, prod] }', {}, true],
    ['when: { equal: [3, << pipeline.parameters.count >>] }', {}, true],
    ["when: { equal: ['3', << pipeline.parameters.count >>] }", {}, ['what it compares']],
    ['when: { equal: [x-prod, x-<< pipeline.parameters.env >>] }', {}, true],
    ['when: << pipeline.parameters.open >>', {}, ['pipeline.parameters.open']],
    ['when: { equal: [42, << pipeline.number >>] }', {}, ['pipeline.number']],
    ['when: { and: [true, { equal: [42, << pipeline.number >>] }] }', {}, ['pipeline.number']],
    ['when: { and: [false, { equal: [42, << pipeline.number >>] }] }', {}, false],
    ['when: { or: [true, << pipeline.id >>] }', {}, true],
    ['when: { and: [] }', {}, ['and']],
    ['when: { xor: [true] }', {}, ['xor']],
    ['when: [true]', {}, ['a condition of another kind']],
    ["when: { matches: { pattern: '^feature/.+$', value: << pipeline.git.branch >> } }", BRANCH, true],
    ["when: { matches: { pattern: '^feature', value: << pipeline.git.branch >> } }", BRANCH, false],
    ["when: { matches: { pattern: 'main|dev', value: << pipeline.git.branch >> } }", {}, true],
    ["when: { matches: { pattern: '(?!x).*', value: << pipeline.git.branch >> } }", {}, ['(?!x).*']],
    ['when: { equal: [scheduled_pipeline, << pipeline.trigger_source >>] }', { event: 'schedule' }, true],
    ['when: { equal: [scheduled_pipeline, << pipeline.trigger_source >>] }', {}, false],
    ['when: { equal: [api, << pipeline.trigger_source >>] }', { event: 'manual' }, true],
    ['when: { equal: [nightly, << pipeline.schedule.name >>] }', { event: 'schedule' }, ['pipeline.schedule.name']],
    ['when: { equal: [nightly, << pipeline.schedule.name >>] }', {}, false],
    ['when: << pipeline.git.branch.is_default >>', {}, ['pipeline.git.branch.is_default']],
    ['when: << pipeline.git.branch.is_default >>', { options: { 'default-branch': 'main' } }, true],
    ['when: pipeline.git.branch == "main"', {}, true],
    ['when: << pipeline.git.branch == "main" >>', {}, true],
    ['when: pipeline.git.branch != "main" and pipeline.git.branch != "dev"', BRANCH, true],
    ['when: pipeline.git.branch starts-with "feature/" or pipeline.id == "x"', BRANCH, true],
    ['when: not (pipeline.git.branch starts-with "feature/")', BRANCH, false],
    ['when: not pipeline.parameters.deploy and pipeline.parameters.count >= 3', {}, true],
    ['when: pipeline.parameters.count < 3', {}, false],
    ['when: true or false and false', {}, ['true or false and false']],
    ['when: always', {}, ['always']],
    ['when: pipeline.git.branch ==', {}, ['pipeline.git.branch ==']],
    ['when: pipeline.event.name == "pull_request"', { event: 'pull_request' }, true],
    ['triggers: [{ schedule: { cron: "0 0 * * *" } }]', {}, false],
    ['triggers: [{ schedule: { cron: "0 0 * * *" } }]', { event: 'schedule' }, true],
  ])('%s for %j: %j', async (workflow, query, expected) => {
    expect(await judge(workflow, query, PARAMETERS)).toEqual(expected);
  });

  it('say why all jobs of the workflow are left out, and of no other', async () => {
    const jobs = await readJobs(
      PATH,
      'workflows:\n  a: { when: { equal: [main, << pipeline.git.branch >>] }, jobs: [x, y] }\n  b: { jobs: [x] }\n',
      BRANCH,
    );
    expect(Object.values(jobs).map(({ id, isLeftOut, warnings }) => [id, isLeftOut, warnings])).toEqual([
      ['a/x', true, ['a.when: it is false: the workflow does not run']],
      ['a/y', true, ['a.when: it is false: the workflow does not run']],
      ['b/x', false, []],
    ]);
  });

  it('that nest without end are not decided', async () => {
    const deep = `when: ${'{ not: '.repeat(55)}true${' }'.repeat(55)}`;
    expect(await judge(deep, {})).toEqual(['a condition that is too long']);
    const long = `when: pipeline.git.branch == "${'x'.repeat(5_000)}"`;
    expect(await judge(long, {})).toHaveLength(1);
  });
});

describe('filters of a job', () => {
  it.each<readonly [string, JobQuery, boolean | readonly string[]]>([
    ['{ branches: { only: /feature\\/.*/ } }', BRANCH, true],
    ['{ branches: { only: /feature/ } }', BRANCH, false],
    ['{ branches: { only: [dev, /fea.*/] } }', BRANCH, true],
    ['{ branches: { ignore: /fea.*/ } }', BRANCH, false],
    ['{ branches: { only: /(?<x>a)/ } }', BRANCH, ['/(?<x>a)/']],
    ['{ branches: { only: [/(?<x>a)/, feature/one] } }', BRANCH, true],
    ['{ branches: { only: "/^pull.[0-9]+$/" } }', { event: 'fork' }, true],
    ['{ branches: { only: main } }', TAG, false],
    ['{ tags: { only: /^v.*/ } }', TAG, true],
    ['{ tags: { only: /^v.*/, ignore: /.*-rc/ } }', TAG, true],
    ['pipeline.git.tag starts-with "v"', TAG, true],
    ['pipeline.git.tag starts-with "v"', BRANCH, false],
    ['pipeline.git.branch == "main" and pipeline.parameters.open', {}, ['pipeline.parameters.open']],
  ])('%s for %j: %j', async (filters, query, expected) => {
    const jobs = await readJobs(
      PATH,
      `${PARAMETERS}\nworkflows: { w: { jobs: [{ j: { filters: ${quote(filters)} } }] } }\n`,
      query,
    );
    const names = namesOf(jobs['w/j']) ?? [];
    expect(names.length > 0 ? names : jobs['w/j']?.isLeftOut === false).toEqual(expected);
  });
});

const quote = (filters: string): string => (filters.startsWith('{') ? filters : JSON.stringify(filters));

it('a job is left out where all jobs are that it requires', async () => {
  const jobs = await readJobs(
    PATH,
    `
workflows:
  w:
    jobs:
      - last: { requires: [hold, deploy: failed] }
      - hold: { type: approval, requires: [build] }
      - deploy: { requires: [build] }
      - build: { filters: { branches: { only: dev } } }
      - test
      - report: { requires: [build, test] }
      - other: { requires: [somewhere-else] }
      - twice
      - twice: { filters: { branches: { only: dev } } }
      - after: { requires: [twice] }
`,
  );
  expect(Object.values(jobs).map(({ id, isLeftOut, warnings }) => [id, isLeftOut, warnings])).toEqual([
    ['w/last', true, ['w/last.requires: hold, deploy does not run']],
    ['w/deploy', true, ['w/deploy.requires: build does not run']],
    ['w/build', true, ['w/build.filters: main does not start it']],
    ['w/test', false, []],
    ['w/report', false, []],
    ['w/other', false, []],
    ['w/twice', false, ['w/twice is the name of 2 jobs: this one, of line 12, is w/twice']],
    [
      'w/twice-2',
      true,
      ['w/twice.filters: main does not start it', 'w/twice is the name of 2 jobs: this one, of line 13, is w/twice-2'],
    ],
    ['w/after', false, []],
  ]);
});

it('contexts have the values of the pipeline, and name those that are not known', async () => {
  const options = { contexts: { meaning: 'x', default: '' } };
  const text = `${PARAMETERS}\nworkflows: { w: { jobs: [{ j: { context: [a, 'x-<< pipeline.parameters.env >>', << matrix.c >>] } }] } }\n`;
  const jobs = await readJobs(PATH, text, {}, {}, options);
  expect(jobs['w/j']?.job.options.contexts).toBe('a,x-prod,<< matrix.c >>');
  expect(namesOf(jobs['w/j'])).toEqual(['<< matrix.c >>']);
});

describe('a matrix of a job', () => {
  const text = `${PARAMETERS}
workflows:
  w:
    jobs:
      - plain
      - deploy:
          context: [org, 'aws-<< matrix.env >>']
          matrix:
            parameters: { env: [dev, << pipeline.parameters.env >>], region: [eu, us] }
            exclude: [{ env: dev, region: us }]
      - open: { matrix: { parameters: { env: << pipeline.parameters.open >> } } }
`;
  const options = { contexts: { meaning: 'x', default: '' } };
  const read = (matrix: Record<string, string> = {}) => readJobs(PATH, text, { matrix }, {}, options);

  it('has rows, of which the first is taken, or the one that is asked for', async () => {
    const first = (await read())['w/deploy'];
    expect(first?.rows).toEqual([
      { env: 'dev', region: 'eu' },
      { env: 'prod', region: 'eu' },
      { env: 'prod', region: 'us' },
    ]);
    expect([first?.job.options.contexts, first?.warnings]).toEqual([
      'org,aws-dev',
      [expect.stringContaining('aws-dev is taken')],
    ]);
    expect((await read({ env: 'prod' }))['w/deploy']?.job.options.contexts).toBe('org,aws-prod');
  });

  it.each([
    ['w/deploy', { env: 'zz' }, 'its matrix has {"env":"dev","region":"eu"}'],
    ['w/deploy', { env: 'dev', region: 'us' }, 'has no such row'],
    ['w/plain', { env: 'dev' }, 'it has no matrix'],
    ['w/open', { env: 'zz' }, ''],
  ])('%s with %j is refused where it is no row', async (id, matrix, about) => {
    const job = `/repository/${PATH}#${id}`;
    const [code, message] = await problemOf(() =>
      resolveJob({ job, matrix }, FRAME, inMemory({ [`/repository/${PATH}`]: text })),
    );
    expect([code, message]).toEqual([about === '' ? 'none' : 'invalid_request', expect.stringContaining(about)]);
  });
});

it('a job for tags alone, with the usual filter, is left out for branches', async () => {
  const text =
    'workflows: { w: { jobs: [{ j: { filters: { branches: { ignore: /.*/ }, tags: { only: /^v.*/ } } } }] } }';
  const judged = [BRANCH, TAG].map(async (query) => (await readJobs(PATH, text, query))['w/j']);
  expect((await Promise.all(judged)).map((one) => [one?.isLeftOut, namesOf(one)])).toEqual([
    [true, []],
    [false, []],
  ]);
});
