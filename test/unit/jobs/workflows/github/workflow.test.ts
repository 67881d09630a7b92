import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listWorkflowJobs } from '../../../../../daemon/jobs/resolve-job.ts';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { withExpressions } from '../../../../support/workflow-repository/files.ts';
import { FRAME, makeDirectory, namesOf, problemOf, readJobs } from '../../fixtures.ts';

const PATH = '.github/workflows/ci.yml';
const CALLED = '.github/workflows/called.yml';

const readJob = async (job: string, query: JobQuery = {}, more: Record<string, string> = {}, head = 'on: push') =>
  (await readJobs(PATH, withExpressions(`${head}\njobs:\n  a:\n${job.replace(/^/gm, '    ')}\n`), query, more)).a;

describe('permissions of a job', () => {
  it.each([
    ['', '', null],
    ['', 'permissions: { id-token: write }', true],
    ['', 'permissions: { id-token: read }', false],
    ['', 'permissions: { id-token: none }', false],
    ['', 'permissions: { contents: write }', false],
    ['', 'permissions: {}', false],
    ['', 'permissions: write-all', true],
    ['', 'permissions: read-all', false],
    ['permissions: { id-token: write }', '', true],
    ['permissions: { id-token: write }', 'permissions: { contents: read }', false],
    ['permissions: read-all', 'permissions: { id-token: write }', true],
    ['permissions: write-all', 'permissions:', true],
  ])('%j with %j of its own grant %j', async (workflow, own, granted) => {
    const job = await readJob(`steps: []\n${own}`, {}, {}, `on: push\n${workflow}`);
    expect(job?.job.workflow).toEqual({ idToken: granted, idTokens: {} });
  });

  // GitHub docs, "Reuse workflows", `permissions`: what a called workflow does not say is its caller's
  it.each<readonly [string, JobQuery, string, boolean | null]>([
    ['on: workflow_call', {}, '', true],
    ['on: { workflow_call: {} }', { event: 'manual' }, '', true],
    ['on: [push, workflow_call]', { event: 'schedule' }, '', true],
    ['on: [push, workflow_call]', {}, '', null],
    ['on: workflow_call', {}, 'permissions: { contents: read }', false],
    ['on: workflow_call', {}, 'permissions: { id-token: write }', true],
  ])('%j is decided by the caller for %j, unless it says so itself (%j): %j', async (on, query, own, granted) => {
    const job = await readJob(`steps: []\n${own}`, query, {}, on);
    expect(job?.job.workflow?.idToken).toBe(granted);
    const isOpen = granted === true && own === '';
    expect(job?.warnings.some((warning) => warning.includes('its caller decides'))).toBe(isOpen);
  });

  it('of a call in a workflow that can only be called is the caller’s, too', async () => {
    const text = 'on: workflow_call\njobs: { a: { uses: ./.github/workflows/b.yml } }\n';
    const called = 'on: workflow_call\njobs: { b: { steps: [] } }\n';
    const jobs = await readJobs('.github/workflows/a.yml', text, {}, { '.github/workflows/b.yml': called });
    expect(jobs['a/b']?.job.workflow?.idToken).toBe(true);
  });
});

describe('a malformed workflow', () => {
  it.each([
    ['a list', '- a\n', 1],
    ['a text', 'hello\n', 1],
    ['jobs that are a list', 'on: push\njobs: [a]\n', 2],
    ['a job that is a text', 'on: push\njobs:\n  a: b\n', 3],
    ['a job that is nothing', 'on: push\njobs:\n  a:\n', 3],
    ['a job with a senseless name', 'on: push\njobs:\n  "a b": { steps: [] }\n', 3],
    ['permissions that are a word', 'on: push\npermissions: all\njobs: { a: { steps: [] } }\n', 2],
    ['permissions that are a list', 'on: push\njobs:\n  a:\n    permissions: [id-token]\n', 4],
    ['a permission that is no level', 'on: push\njobs:\n  a:\n    permissions:\n      id-token: yes\n', 5],
    ['an environment without a name', 'on: push\njobs:\n  a:\n    environment: { url: x }\n', 4],
    ['a call of nothing', 'on: push\njobs:\n  a:\n    uses: actions/checkout@v4\n', 3],
    ['a call that leaves the folder', 'on: push\njobs:\n  a:\n    uses: ./.github/workflows/../../x.yml\n', 3],
    ['a call by expression', 'on: push\njobs:\n  a:\n    uses: ./.github/workflows/[[ x ]].yml\n', 3],
    ['a merge key', 'on: push\njobs:\n  a: &a { steps: [] }\n  b:\n    <<: *a\n', 5],
  ])('that is %s is refused, with file and line', async (_, text, line) => {
    expect(await problemOf(() => readJobs(PATH, withExpressions(text)))).toEqual([
      'invalid_request',
      expect.stringMatching(new RegExp(`^\\.github/workflows/ci\\.yml:${line}: `)),
    ]);
  });

  it('that has too many jobs is refused', async () => {
    const text = `on: push\njobs:\n${Array.from({ length: 1_001 }, (_, at) => `  j${at}: { steps: [] }`).join('\n')}\n`;
    expect((await problemOf(() => readJobs(PATH, text)))[0]).toBe('invalid_request');
  });
});

describe('an environment', () => {
  it('with a context that is not there is what the platform refuses, and said so', async () => {
    const job = await readJob('environment: [[ env.STAGE ]]');
    expect(job?.job.environment).toBe(withExpressions('[[ env.STAGE ]]'));
    expect(job?.warnings).toEqual([expect.stringContaining('the platform refuses')]);
  });

  it('that the caller names needs nothing of the file', async () => {
    const job = await readJob('environment: [[ vars.STAGE ]]', { options: { environment: 'prod' } });
    expect([job?.job.environment, namesOf(job)]).toEqual(['prod', []]);
  });
});

describe('a job of a matrix', () => {
  const MATRIX = 'strategy: { matrix: { stage: [dev, prod], region: [eu, us] } }\nenvironment: [[ matrix.stage ]]';

  it('is that of the first row, or of the row that is asked for', async () => {
    const first = await readJob(MATRIX);
    const asked = await readJob(MATRIX, { matrix: { stage: 'prod' } });
    expect([first?.job.environment, asked?.job.environment]).toEqual(['dev', 'prod']);
    expect(first?.rows).toHaveLength(4);
    expect(first?.warnings).toEqual([expect.stringContaining('dev, prod; dev is taken')]);
  });

  it('that only the platform knows has the row that is asked for', async () => {
    const text = "strategy: { matrix: { stage: '[[ fromJSON(vars.STAGES) ]]' } }\nenvironment: [[ matrix.stage ]]";
    const unknown = await readJob(text);
    const asked = await readJob(text, { matrix: { stage: 'prod' } });
    expect(namesOf(unknown)).toEqual(['vars.STAGES', 'matrix.stage']);
    expect([asked?.job.environment, namesOf(asked)]).toEqual(['prod', []]);
  });
});

describe('a workflow', () => {
  it.each([
    ['on: push', { event: 'push' }, 0],
    ['on: [push, pull_request]', { event: 'fork' }, 0],
    ['on: { push: { branches: [main] } }', { ref: 'refs/heads/main' }, 0],
    ['on: { push: { branches: [main] } }', { ref: 'refs/heads/other' }, 1],
    ['on: { push: { branches: [main] } }', { ref: 'refs/tags/v1' }, 1],
    ['on: { push: { branches-ignore: ["dev/**"] } }', { ref: 'refs/heads/dev/x/y' }, 1],
    ['on: { push: { tags: ["v*"] } }', { ref: 'refs/tags/v1' }, 0],
    ['on: { push: { tags: ["v*"] } }', { ref: 'refs/heads/main' }, 1],
    ['on: { push: { tags: ["v*"], branches: [main] } }', { ref: 'refs/heads/main' }, 0],
    ['on: { push: { paths: ["src/**"] } }', { ref: 'refs/heads/main' }, 1],
    ['on: { pull_request: { branches: [main] } }', { event: 'pull_request', options: { base: 'dev' } }, 1],
    ['on: { pull_request: { branches: [dev] } }', { event: 'pull_request', options: { base: 'dev' } }, 0],
    ['on: push', { event: 'schedule' }, 1],
    ['on: issues', { event: 'issues' }, 0],
    ['name: No trigger', { event: 'push' }, 1],
  ] as [string, JobQuery, number][])('with %s doubts %j so often: %i', async (on, query, count) => {
    expect((await readJob('steps: []', query, {}, on))?.warnings).toHaveLength(count);
  });

  it('that jobs need in a circle, or in vain, says no more than it knows', async () => {
    const text = 'on: push\njobs:\n  a: { needs: b }\n  b: { needs: [a] }\n  c: { needs: nowhere }\n';
    expect(Object.values(await readJobs(PATH, text)).map(({ warnings }) => warnings)).toEqual([[], [], []]);
  });
});

describe('a called workflow', () => {
  const CALLER = 'uses: ./.github/workflows/called.yml\npermissions: { id-token: write }';
  const call = async (caller: string, called: string) =>
    readJobs(PATH, `on: push\njobs:\n  a:\n${caller.replace(/^/gm, '    ')}\n`, {}, { [CALLED]: called });

  it('gets its inputs, in their types, or their defaults', async () => {
    const jobs = await call(
      `${CALLER}\nwith: { flag: true, Count: 3 }`,
      withExpressions(`on: { workflow_call: { inputs: { flag: { type: boolean }, count: { type: number }, name: { default: x }, none: { type: boolean } } } }
jobs:
  b: { environment: "[[ inputs.flag && inputs.count > 2 && !inputs.none && inputs.name ]]" }`),
    );
    expect(jobs['a/b']?.job.environment).toBe('x');
  });

  it.each([
    ['has an input that it does not declare', `${CALLER}\nwith: { x: 1 }`, 'on: workflow_call'],
    ['lacks one that it requires', CALLER, 'on: { workflow_call: { inputs: { x: { required: true } } } }'],
    ['cannot be called', CALLER, 'on: push'],
  ])('warns when it %s', async (_, caller, on) => {
    const jobs = await call(caller, `${on}\njobs: { b: { steps: [] } }`);
    expect(jobs['a/b']?.warnings).toHaveLength(1);
  });

  it('that is not there is one job, of which its caller says what is known', async () => {
    const job = await readJob(CALLER);
    expect(job?.job.reusableWorkflow).toBe('acme/widgets/.github/workflows/called.yml@refs/heads/main');
    expect([job?.warnings, job?.isLeftOut, namesOf(job)]).toEqual([
      ['jobs.a.uses: .github/workflows/called.yml is not there, so nothing is started'],
      true,
      [],
    ]);
  });

  it('that has no jobs is one job, which is not started', async () => {
    const jobs = await call(CALLER, 'on: workflow_call');
    expect(jobs.a).toMatchObject({ isLeftOut: true, warnings: [expect.stringContaining('has no jobs')] });
  });

  it('that a link has outside of the repository is not read, and named', async () => {
    const directory = makeDirectory();
    const workflows = join(directory, 'repository/.github/workflows');
    mkdirSync(workflows, { recursive: true });
    const called = 'on: workflow_call\njobs: { b: { environment: outside } }';
    writeFileSync(join(directory, 'outside.yml'), called);
    writeFileSync(join(workflows, 'inside.yml'), called);
    symlinkSync('../../../outside.yml', join(workflows, 'out.yml'));
    symlinkSync('inside.yml', join(workflows, 'in.yml'));
    const calls = ['out', 'in'].map((name) => `  ${name}: { uses: ./.github/workflows/${name}.yml }`);
    writeFileSync(join(workflows, 'deploy.yml'), ['on: push', 'jobs:', ...calls].join('\n'));
    const jobs = await listWorkflowJobs(join(workflows, 'deploy.yml'), null, {}, FRAME);
    expect(jobs.map(({ id, job, isLeftOut }) => [id, job.environment, isLeftOut])).toEqual([
      ['out', null, false],
      ['in/b', 'outside', false],
    ]);
    expect(jobs[0]?.warnings).toContain('jobs.out.uses: .github/workflows/out.yml leads out of the repository');
    expect(namesOf(jobs[0])).toEqual([expect.stringContaining('jobs of ')]);
  });

  it('that calls itself is named, and starts nothing', async () => {
    const jobs = await call(CALLER, 'on: workflow_call\njobs: { b: { uses: ./.github/workflows/called.yml } }');
    expect(Object.keys(jobs)).toEqual(['a/b']);
    expect(jobs['a/b']).toMatchObject({
      isLeftOut: true,
      warnings: [expect.stringContaining('in a circle (called.yml → called.yml)')],
      refusal: { code: 'called_jobs' },
    });
    const own = await readJobs(PATH, 'on: [push, workflow_call]\njobs: { a: { uses: ./.github/workflows/ci.yml } }');
    expect([Object.keys(own), own.a?.isLeftOut]).toEqual([['a'], true]);
  });

  it('that two jobs call is in no circle', async () => {
    const text = `on: push\njobs:\n${['a', 'b'].map((id) => `  ${id}: { uses: ./${CALLED} }`).join('\n')}`;
    const jobs = await readJobs(PATH, text, {}, { [CALLED]: 'on: workflow_call\njobs: { c: { environment: prod } }' });
    expect(Object.values(jobs).map(({ id, job, isLeftOut }) => [id, job.environment, isLeftOut])).toEqual([
      ['a/c', 'prod', false],
      ['b/c', 'prod', false],
    ]);
  });

  it.each([
    [10, {}, true],
    [11, {}, false],
    [4, { host: 'github.acme.example' }, true],
    [5, { host: 'github.acme.example' }, false],
  ] as const)('is read where it is one of %i workflows in a chain, with %j: %s', async (length, options, isRead) => {
    const file = (at: number): string => `.github/workflows/w${at}.yml`;
    const chain = Array.from({ length }, (_, at): [string, string] => {
      const job = at === length - 1 ? 'environment: prod' : `uses: ./${file(at + 1)}`;
      return [file(at), `on: [push, workflow_call]\njobs: { j: { ${job} } }`];
    });
    const platformOptions = { host: { meaning: '', default: '' } };
    const first = chain[0]?.[1] ?? '';
    const jobs = await readJobs(file(0), first, { options }, Object.fromEntries(chain), platformOptions);
    const [job] = Object.values(jobs);
    expect([job?.id, job?.job.environment, job?.refusal?.code ?? null, job?.isLeftOut]).toEqual([
      Array.from({ length: isRead ? length : length - 1 }, () => 'j').join('/'),
      isRead ? 'prod' : null,
      isRead ? null : 'called_jobs',
      !isRead,
    ]);
  });

  it('that is broken gets a token only for the environment that the caller names', async () => {
    const text = 'on: [push, workflow_call]\njobs: { a: { uses: ./.github/workflows/ci.yml } }';
    const { a: refused } = await readJobs(PATH, text);
    expect(refused?.refusal?.mend).toContain('--set environment=');
    for (const environment of ['prod', '']) {
      const { a: said } = await readJobs(PATH, text, { options: { environment } });
      expect([said?.refusal, said?.job.environment]).toEqual([null, environment || null]);
    }
  });

  it('of another repository is named, and its caller keeps what is known', async () => {
    const job = await readJob('uses: acme/shared/.github/workflows/deploy.yml@v1');
    expect(job?.refusal).toBeNull();
    expect(namesOf(job)).toContain('jobs of acme/shared/.github/workflows/deploy.yml@refs/tags/v1');
  });

  it('that is called too often is refused', async () => {
    const many = (uses: string): string =>
      `on: [push, workflow_call]\njobs:\n${Array.from({ length: 100 }, (_, at) => `  j${at}: { uses: ${uses} }`).join('\n')}`;
    const more = {
      [CALLED]: many('./.github/workflows/leaf.yml'),
      '.github/workflows/leaf.yml': 'on: workflow_call\njobs: { x: { steps: [] } }',
    };
    const [code] = await problemOf(() => readJobs(PATH, many('./.github/workflows/called.yml'), {}, more));
    expect(code).toBe('invalid_request');
  });

  it('in another language of the same family is read by its own rules', async () => {
    const forgejo = `on: push
enable-openid-connect: true
permissions: { id-token: write }
jobs: { a: { steps: [] }, b: { enable-openid-connect: false, environment: "[[ forgejo.ref_name ]]" } }`;
    const jobs = await readJobs('.forgejo/workflows/ci.yml', withExpressions(forgejo));
    expect([jobs.a?.job.workflow?.idToken, jobs.b?.job.workflow?.idToken]).toEqual([true, false]);
    expect(jobs.b?.job.environment).toBe('main');
    expect(jobs.a?.warnings).toEqual([expect.stringContaining('enable-openid-connect')]);
    const depot = await readJobs('.depot/workflows/ci.yaml', 'on: push\njobs: { a: { permissions: write-all } }');
    expect(depot.a?.job).toMatchObject({ workflowFile: '.depot/workflows/ci.yaml', workflow: { idToken: true } });
  });
});

describe('an environment that is named for the default branch', () => {
  const read = (of: string, query: JobQuery) =>
    readJob(`environment: "[[ github.event.${of}.default_branch ]]"`, query, {}, 'on: [push, pull_request]');

  it.each([
    ['repository', 'push', {}],
    ['pull_request.base.repo', 'pull_request', {}],
    ['pull_request.base.repo', 'pull_request', { fork: 'jane/widgets' }],
    ['pull_request.head.repo', 'pull_request', {}],
  ] as const)('has that of %s', async (of, event, options) => {
    const job = await read(of, { event, options: { ...options, 'default-branch': 'trunk' } });
    expect([namesOf(job), job?.job.environment]).toEqual([[], 'trunk']);
  });

  it.each([
    ['repository', 'push', {}],
    ['pull_request.base.repo', 'pull_request', {}],
    ['pull_request.head.repo', 'pull_request', { 'default-branch': 'trunk', fork: 'jane/widgets' }],
  ] as const)('is unknown where that of %s is', async (of, event, options) => {
    expect(namesOf(await read(of, { event, options }))).toEqual([`github.event.${of}.default_branch`]);
  });
});
