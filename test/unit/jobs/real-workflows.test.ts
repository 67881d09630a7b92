import { describe, expect, it } from 'vitest';
import { resolveJob } from '../../../daemon/jobs/resolve-job.ts';
import type { JobQuery } from '../../../daemon/protocol/jobs.ts';
import { FRAME, inMemory, namesOf, problemOf, ROOT, readJobs } from './fixtures.ts';

const GITHUB = '.github/workflows/ci.yml';
/** Text in which `[[ … ]]` stands for an expression. */
const expand = (text: string): string => text.replaceAll('[[', '$' + '{{').replaceAll(']]', '}}');

describe('a merge queue', () => {
  const TEXT = expand(`
on: merge_group
jobs:
  gate: { runs-on: x, environment: "[[ github.ref_name == 'main' && 'prod' || 'queue' ]]" }
  called: { uses: ./.github/workflows/called.yml }
`);
  const CALLED = expand('on: workflow_call\njobs: { a: { runs-on: x, environment: "[[ github.ref ]]" } }');

  it('runs on a branch of its own, which expressions see, as the token does', async () => {
    const query: JobQuery = { event: 'merge_group', options: { 'default-branch': 'main' } };
    const jobs = await readJobs(GITHUB, TEXT, query, { '.github/workflows/called.yml': CALLED });
    expect(jobs.gate?.job.environment).toBe('queue');
    const queue = expect.stringMatching(/^refs\/heads\/gh-readonly-queue\/main\/pr-7-[0-9a-f]{40}$/);
    expect(jobs['called/a']?.job.environment).toEqual(queue);
    expect(jobs['called/a']?.job.reusableWorkflow).toEqual(
      expect.stringMatching(/called\.yml@refs\/heads\/gh-readonly-queue\/main\/pr-7-/),
    );
  });
});

describe('a matrix of which another job makes one axis', () => {
  const write = (more: string): string =>
    expand(`
on: push
jobs:
  plan: { runs-on: x }
  test:
    needs: plan
    runs-on: x
    environment: "[[ matrix.env ]]"
    name: "[[ matrix.service ]] on [[ matrix.env ]]"
    strategy: { matrix: { service: "[[ fromJSON(needs.plan.outputs.services) ]]", env: [dev, prod]${more} } }
`);

  it('has the values of the others', async () => {
    const { test } = await readJobs(GITHUB, write(''));
    expect([test?.job.environment, test?.rows]).toEqual(['dev', [{ env: 'dev' }, { env: 'prod' }]]);
    expect(test?.unknowns).toEqual([
      { expression: 'needs.plan.outputs.services', where: 'jobs.test.strategy.matrix', taken: null },
    ]);
    expect(test?.warnings).toEqual(['jobs.test.environment: the rows of the matrix have dev, prod; dev is taken']);
  });

  it('has whatever is asked of the one that is made', async () => {
    const { test } = await readJobs(GITHUB, write(''), { matrix: { service: 'api', env: 'prod' } });
    expect([test?.job.environment, test?.name, test?.unknowns]).toEqual(['prod', 'api on prod', []]);
    const asked = { job: `${ROOT}/${GITHUB}#test`, matrix: { service: 'api', env: 'qa' } };
    const [, message] = await problemOf(() => resolveJob(asked, FRAME, inMemory({ [`${ROOT}/${GITHUB}`]: write('') })));
    expect(message).toBe('matrix: test has no such row: its matrix has {"env":"dev"}, {"env":"prod"}');
  });

  it('is not known where rows are included or excluded besides', async () => {
    const { test } = await readJobs(GITHUB, write(', include: [{ env: qa }]'));
    expect([test?.rows, namesOf(test)]).toEqual([[], ['needs.plan.outputs.services', 'matrix.env']]);
  });
});

describe('a pipeline of Bitbucket that is imported', () => {
  const TEXT = `pipelines:
  default: [{ step: { name: Test, script: [x] } }]
  branches: { main: { import: 'shared:main:deploy' } }
  custom: { nightly: { import: 'shared:main:nightly' } }
`;

  it('is named, and nobody says that its steps ask for no token', async () => {
    const jobs = await readJobs('bitbucket-pipelines.yml', TEXT);
    expect(Object.values(jobs).map((job) => [job.id, job.line, job.job.workflow, namesOf(job), job.isLeftOut])).toEqual(
      [
        ['default/Test', 2, { idToken: null, idTokens: {} }, [], true],
        ['branches/main/shared:main:deploy', 3, null, ['steps of shared:main:deploy'], false],
        ['custom/nightly/shared:main:nightly', 4, null, ['steps of shared:main:nightly'], true],
      ],
    );
  });
});

it('a job of CircleCI that requires the alias of a matrix is left out with it', async () => {
  const text = `workflows:
  w:
    jobs:
      - deploy:
          matrix: { alias: regions, parameters: { env: [eu, us] } }
          filters: { branches: { only: release } }
      - smoke: { requires: [regions] }
`;
  const jobs = await readJobs('.circleci/config.yml', text);
  expect(Object.values(jobs).map(({ isLeftOut }) => isLeftOut)).toEqual([true, true]);
});

it('a job of CircleCI that runs nothing is none', async () => {
  const text = `jobs: { gate: { type: no-op }, take: { type: lock, key: k }, build: { docker: [] } }
workflows: { w: { jobs: [gate, take: { name: renamed }, build, hold: { type: approval }] } }
`;
  expect(Object.keys(await readJobs('.circleci/config.yml', text))).toEqual(['w/build']);
});

it('filters and files of a Semaphore block are named', async () => {
  const path = '.semaphore/semaphore.yml';
  const text = `blocks:
- { name: Old, filters: [{ label: main }], task: { jobs: [{ name: a }] } }
- { name: Elsewhere, task_file: build.yml }
`;
  expect(Object.values(await readJobs(path, text)).map(namesOf)).toEqual([['filters']]);
  const job = `${ROOT}/${path}#Elsewhere/x`;
  const [, message] = await problemOf(() => resolveJob({ job }, FRAME, inMemory({ [`${ROOT}/${path}`]: text })));
  expect(message).toContain('nobody here knows what is in task_file build.yml');
});

it('a choice that makes the rows of a matrix is said', async () => {
  const text = expand(`
on: { workflow_dispatch: { inputs: { target: { type: choice, options: [dev, prod] } } } }
jobs:
  a:
    runs-on: x
    environment: "[[ matrix.target ]]"
    strategy: { matrix: { target: ["[[ inputs.target ]]"] } }
`);
  const { a } = await readJobs(GITHUB, text, { event: 'manual' });
  expect([a?.job.environment, a?.warnings]).toEqual([
    'dev',
    [expect.stringMatching(/^jobs\.a\.strategy\.matrix: .*dev/)],
  ]);
});

it('what depends on files that changed is named in Buildkite, too', async () => {
  const text = `steps:
- { command: x, key: a, if_changed: "services/**" }
- { group: g, if_changed: [app, lib], steps: [{ command: y, key: b }] }
- { command: z, key: c }
`;
  const jobs = await readJobs('.buildkite/pipeline.yml', text);
  const files = 'files that changed (if_changed)';
  expect(Object.values(jobs).map(namesOf)).toEqual([[files], [files], []]);
});

it('the name of a Semaphore job that is made of parameters is named as not known', async () => {
  const text = expand(
    'blocks: [{ name: Deploy, task: { jobs: [{ name: "to [[ parameters.REGION ]]" }, { name: b }] } }]',
  );
  const jobs = await readJobs('.semaphore/deploy.yml', text);
  expect(Object.values(jobs).map(namesOf)).toEqual([[expand('[[ parameters.REGION ]]')], []]);
});

it('a condition that speaks of a default branch of its own does not ask for the repository’s', async () => {
  const text = `blocks: [{ name: b, run: { when: "change_in('/a', {default_branch: 'main'})" }, task: { jobs: [{ name: j }] } }]`;
  expect((await readJobs('.semaphore/x.yml', text))['b/j']?.warnings).toEqual([]);
});
