import { describe, expect, it, test } from 'vitest';
import { type ListedJob, listWorkflowJobs, resolveJob } from '../../../daemon/jobs/resolve-job.ts';
import type { JobQuery } from '../../../daemon/protocol/jobs.ts';
import { FRAME, inMemory, namesOf, problemOf, ROOT, readJobs } from './fixtures.ts';

const OPTIONS = { 'step-key': { meaning: '', default: '' }, 'service-connection': { meaning: '', default: '' } };

async function readOne(path: string, text: string, matrix: JobQuery['matrix'] = {}): Promise<ListedJob | undefined> {
  return Object.values(await readJobs(path, text, { matrix }, {}, OPTIONS))[0];
}

/** What asking for a job of a file with a row is refused with. */
async function refuse(path: string, text: string, matrix: JobQuery['matrix'], job = ''): Promise<string> {
  const query = { job: `${ROOT}/${path}${job}`, matrix };
  const [code, message] = await problemOf(() => resolveJob(query, FRAME, inMemory({ [`${ROOT}/${path}`]: text })));
  expect(code).toBe('invalid_request');
  return message;
}

describe('the matrix of a Buildkite step', () => {
  const PATH = '.buildkite/pipeline.yml';
  // Buildkite docs, "Build matrix"
  const LARGE = `steps:
- label: ":boom: {{matrix.os}} on {{ matrix.arch }}"
  key: build
  command: make
  matrix:
    setup: { arch: [amd64, arm64], os: [windows, linux], test: [A, B] }
    adjustments:
      - { with: { os: windows, arch: arm64, test: B }, soft_fail: true }
      - { with: { os: linux, arch: arm64, test: B }, skip: true }
      - { with: { os: Plan 9, arch: arm64, test: B } }
`;

  it('has the combinations that its adjustments leave and add', async () => {
    const job = await readOne(PATH, LARGE);
    expect(job?.rows).toHaveLength(8);
    expect(job?.rows).not.toContainEqual({ arch: 'arm64', os: 'linux', test: 'B' });
    expect(job?.rows).toContainEqual({ arch: 'arm64', os: 'windows', test: 'B' });
    expect(job?.rows.at(-1)).toEqual({ arch: 'arm64', os: 'Plan 9', test: 'B' });
  });

  it('fills in the label, and leaves the key, which is the same for all of its jobs', async () => {
    const first = await readOne(PATH, LARGE);
    const other = await readOne(PATH, LARGE, { os: 'Plan 9' });
    expect([first?.name, other?.name]).toEqual([':boom: windows on amd64', ':boom: Plan 9 on arm64']);
    expect([first?.job.options['step-key'], other?.job.options['step-key']]).toEqual(['build', 'build']);
    expect(first?.job.jobId).not.toBe(other?.job.jobId);
  });

  it('of one dimension is asked for as matrix', async () => {
    const list = 'steps: [{ label: "{{matrix}} build", command: make, matrix: [darwin, linux, 47] }]';
    const job = await readOne(PATH, list, { matrix: '47' });
    expect([job?.name, job?.rows]).toEqual(['47 build', [{ matrix: 'darwin' }, { matrix: 'linux' }, { matrix: '47' }]]);
    const setup = `steps:
- command: make
  matrix: { setup: [a, b], adjustments: [{ with: c }, { with: a, skip: too old }] }`;
    expect((await readOne(PATH, setup))?.rows).toEqual([{ matrix: 'b' }, { matrix: 'c' }]);
  });

  it('refuses a row that is skipped or not there, and says which there are', async () => {
    expect(await refuse(PATH, LARGE, { os: 'linux', arch: 'arm64', test: 'B' })).toMatch(
      /^matrix: build has no such row: its matrix has \{"arch":"amd64","os":"windows","test":"A"\}, /,
    );
    expect(await refuse(PATH, 'steps: [{ command: make, key: one }]', { os: 'x' })).toBe(
      'matrix: one has no such row: it has no matrix',
    );
  });

  it('that the shell fills in has whatever row is asked for', async () => {
    const text = 'steps: [{ label: "to {{matrix}}", command: make, matrix: [$REGION, eu] }]';
    expect(await readOne(PATH, text, { matrix: 'us' })).toMatchObject({ name: 'to us', rows: [] });
    expect(namesOf(await readOne(PATH, text))).toEqual(['$REGION']);
  });
});

describe('the matrix of a Semaphore job', () => {
  const PATH = '.semaphore/semaphore.yml';
  const write = (job: string): string => `blocks: [{ name: Test, task: { jobs: [{ name: Unit, ${job} }] } }]`;
  const MATRIX = write(
    "commands: [make], matrix: [{ env_var: ERLANG, values: ['18', '19'] }, { env_var: PYTHON, values: ['2.7', '3.4'] }]",
  );

  // plumber/job_matrix/lib/job_matrix/handler.ex
  it('names the job with its row', async () => {
    const first = await readOne(PATH, MATRIX);
    expect([first?.id, first?.name, first?.job.jobId, first?.rows.length]).toEqual([
      'Test/Unit',
      'Unit - ERLANG=18, PYTHON=2.7',
      'Unit - ERLANG=18, PYTHON=2.7',
      4,
    ]);
    expect((await readOne(PATH, MATRIX, { PYTHON: '3.4', ERLANG: '19' }))?.name).toBe('Unit - ERLANG=19, PYTHON=3.4');
    expect(await refuse(PATH, MATRIX, { PYTHON: '4' })).toContain('has {"ERLANG":"18","PYTHON":"2.7"}, ');
  });

  it('is what parallelism comes to', async () => {
    const text = write('commands: [make], parallelism: 3');
    expect((await readOne(PATH, text))?.job.jobId).toBe('Unit - 1/3');
    expect((await readOne(PATH, text, { SEMAPHORE_JOB_INDEX: '3' }))?.job.jobId).toBe('Unit - 3/3');
    expect(await refuse(PATH, text, { SEMAPHORE_JOB_INDEX: '4' })).toContain('"SEMAPHORE_JOB_INDEX":"2"');
  });

  it('whose values are computed has whatever row is asked for', async () => {
    const text = write('commands: [make], matrix: [{ env_var: V, values: "%{{ parameters.V | splitList \\",\\" }}" }]');
    expect((await readOne(PATH, text, { V: '1' }))?.name).toBe('Unit - V=1');
    const open = await readOne(PATH, text);
    expect([open?.name, namesOf(open)?.length]).toEqual(['Unit', 1]);
  });
});

describe('the matrix of an Azure job', () => {
  const PATH = 'azure-pipelines.yml';
  const STEPS = 'steps: [{ task: AzureCLI@2, inputs: { azureSubscription: azure-$(Stage) } }]';
  const MATRIX = `strategy:
  matrix:
    linux: { imageName: ubuntu-latest, Stage: dev }
    windows: { imageName: windows-latest, Stage: live }
`;
  const NESTED = `jobs:\n- job: Build\n  displayName: Build it\n  ${STEPS}\n  ${MATRIX.replaceAll('\n', '\n  ')}`;

  it('names its rows, and gives the job their variables', async () => {
    const job = await readOne(PATH, NESTED, { stage: 'live' });
    expect(job?.rows).toEqual([
      { 'Agent.JobName': 'linux', imageName: 'ubuntu-latest', Stage: 'dev' },
      { 'Agent.JobName': 'windows', imageName: 'windows-latest', Stage: 'live' },
    ]);
    expect([job?.id, job?.name, job?.job.jobId]).toEqual(['Build', 'Build it windows', 'windows']);
    expect(job?.job.options['service-connection']).toBe('azure-live');
    expect(job?.warnings).toEqual([]);
    expect((await readOne(PATH, NESTED, { 'Agent.JobName': 'windows' }))?.job.options['service-connection']).toBe(
      'azure-live',
    );
  });

  it('says so where its rows have different connections, and none was asked for', async () => {
    const job = await readOne(PATH, NESTED);
    expect(job?.job.options['service-connection']).toBe('azure-dev');
    expect(job?.warnings).toEqual([
      'Build.steps: the rows of the matrix have azure-dev, azure-live; azure-dev is taken',
    ]);
  });

  it('may be that of the whole file', async () => {
    const job = await readOne(PATH, `${MATRIX}${STEPS}\n`, { imageName: 'windows-latest' });
    expect([job?.id, job?.job.jobId, job?.job.options['service-connection']]).toEqual(['Job', 'windows', 'azure-live']);
  });

  it('refuses a row that is not there, and says which there are', async () => {
    expect(await refuse(PATH, NESTED, { 'Agent.JobName': 'mac' })).toBe(
      'matrix: Build has no such row: its matrix has {"Agent.JobName":"linux","imageName":"ubuntu-latest","Stage":"dev"}, ' +
        '{"Agent.JobName":"windows","imageName":"windows-latest","Stage":"live"}',
    );
  });

  it('that a job before it makes has whatever row is asked for', async () => {
    const text = `jobs:\n- job: Build\n  ${STEPS}\n  strategy: { matrix: "$[ dependencies.Plan.outputs['p.legs'] ]" }\n`;
    const job = await readOne(PATH, text, { Stage: 'dev' });
    expect([job?.job.options['service-connection'], namesOf(job)]).toEqual(['azure-dev', []]);
    expect(namesOf(await readOne(PATH, text))).toEqual(["$[ dependencies.Plan.outputs['p.legs'] ]", '$(Stage)']);
  });
});

describe('the name of a job with a matrix', () => {
  // GitLab docs, "CI/CD YAML syntax reference", "parallel:matrix"
  it('has the values of its row in GitLab', async () => {
    const text = `deploy:
  script: x
  environment: $CI_JOB_NAME_SLUG
  parallel: { matrix: [{ PROVIDER: aws, STACK: [monitoring, app1] }, { PROVIDER: [gcp], STACK: data }] }
`;
    const job = await readOne('.gitlab-ci.yml', text, { STACK: 'data' });
    expect([job?.id, job?.name, job?.job.jobId, job?.job.environment]).toEqual([
      'deploy',
      'deploy: [gcp, data]',
      'deploy: [gcp, data]',
      'deploy---gcp--data',
    ]);
  });

  // CircleCI docs, "Configuration reference", "matrix"
  it('has the values of its row in CircleCI', async () => {
    const write = (more: string): string => `
workflows:
  main:
    jobs: [{ build: { ${more} matrix: { parameters: { version: ["0.1", "0.2"], platform: [macos, linux] } } } }]
`;
    const job = await readOne('.circleci/config.yml', write(''), { version: '0.2' });
    expect([job?.id, job?.name, job?.job.jobId]).toEqual(['main/build', 'build-0.2-macos', 'build-0.2-macos']);
    const named = await readOne('.circleci/config.yml', write('name: on-<< matrix.platform >>,'), {
      platform: 'linux',
    });
    expect(named?.job.jobId).toBe('on-linux');
  });
});

describe('a row where there is no matrix', () => {
  it('is refused in a file of Bitbucket, which has none', async () => {
    const text = 'pipelines: { default: [{ step: { name: Test, script: [x] } }] }';
    expect(await refuse('bitbucket-pipelines.yml', text, { a: 'b' })).toBe(
      'matrix: Bitbucket Pipelines has none: "bitbucket-pipelines.yml"',
    );
    expect(await problemOf(() => readJobs('bitbucket-pipelines.yml', text, { matrix: { a: 'b' } }))).toEqual([
      'invalid_request',
      'matrix: Bitbucket Pipelines has none: "bitbucket-pipelines.yml"',
    ]);
  });

  it('is refused for a job of no file', async () => {
    expect(await problemOf(() => resolveJob({ matrix: { a: 'b' } }, FRAME, inMemory()))).toEqual([
      'invalid_request',
      'matrix: it chooses a row of a job of a workflow file, and no job is named',
    ]);
  });
});

describe('a list of jobs for a row', () => {
  const PATH = '.github/workflows/x.yml';
  const TEXT = `on: push
jobs:
  rows: { runs-on: x, strategy: { matrix: { node: [22, 24] } } }
  others: { runs-on: x, strategy: { matrix: { node: [26] } } }
  plain: { runs-on: x }
`;
  const list = (matrix: JobQuery['matrix']) => listWorkflowJobs(`${ROOT}/${PATH}`, TEXT, { matrix }, FRAME, inMemory());

  it('says of a job whose matrix does not have it that another row stands for it', async () => {
    const jobs = await list({ node: '24' });
    expect(jobs.map(({ warnings }) => warnings)).toEqual([
      [],
      ['matrix: others has no such row: its matrix has {"node":"26"}; the first one is taken'],
      [],
    ]);
  });

  test('that none of the jobs has is refused with the rows', async () => {
    expect(await problemOf(() => list({ node: '20' }))).toEqual([
      'invalid_request',
      'matrix: rows has no such row: its matrix has {"node":"22"}, {"node":"24"}; others has no such row: its matrix has {"node":"26"}',
    ]);
  });

  it('is told of long rows and ids as much as anybody reads', async () => {
    const values = Array.from({ length: 30 }, (_, at) => `"${at}${'x'.repeat(5_000)}"`);
    const write = (list: string): string => `{ script: [x], parallel: { matrix: [{ node: [${list}] }] } }`;
    const text = `fits: ${write('"1"')}\n? ${'j'.repeat(5_000)}\n: ${write(values.join(', '))}\n`;
    const ask = (node: string) =>
      listWorkflowJobs(`${ROOT}/.gitlab-ci.yml`, text, { matrix: { node } }, FRAME, inMemory());
    const [, long] = await ask('1');
    const [warning = ''] = long?.warnings ?? [];
    expect(warning).toContain('has no such row: its matrix has {"node":"0xxx');
    expect(warning).toContain('and 10 more; the first one is taken');
    expect(warning.length).toBeLessThan(5_000);
    const [code, message] = await problemOf(() => ask('2'));
    expect([code, message.length < 10_000]).toEqual(['invalid_request', true]);
  });
});
