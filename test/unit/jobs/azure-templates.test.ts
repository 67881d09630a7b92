import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ListedJob, listWorkflowJobs, resolveJob } from '../../../daemon/jobs/resolve-job.ts';
import type { JobQuery } from '../../../daemon/protocol/jobs.ts';
import { FRAME, inMemory, makeDirectory, namesOf, problemOf, ROOT, readJobs } from './fixtures.ts';

const PATH = 'azure-pipelines.yml';
const OPTIONS = { 'service-connection': { meaning: 'x', default: '' } };

const read = (
  text: string,
  more: Readonly<Record<string, string>> = {},
  query: JobQuery = {},
): Promise<Readonly<Record<string, ListedJob>>> => readJobs(PATH, text, query, more, OPTIONS);

const connectionOf = (job: ListedJob | undefined): string | undefined => job?.job.options['service-connection'];
const summarize = (jobs: Readonly<Record<string, ListedJob>>): unknown =>
  Object.values(jobs).map((job) => [job.id, job.job.environment, connectionOf(job), namesOf(job)]);

const DEPLOY = `
parameters:
- name: stage
- { name: connection, type: string, default: dev-connection }
- { name: isProduction, type: boolean, default: false }
- { name: after, type: stepList, default: [] }
stages:
- stage: Deploy_\${{ parameters.stage }}
  jobs:
  - deployment: Ship
    \${{ if parameters.isProduction }}:
      environment: production
    \${{ else }}:
      environment: \${{ lower(parameters.stage) }}.web
    strategy:
      runOnce:
        deploy:
          steps:
          - script: echo \${{ parameters.stage }}
          - template: ../steps/login.yml
            parameters: { connection: '\${{ parameters.connection }}' }
          - \${{ parameters.after }}
`;
const LOGIN = `
parameters: { connection: '' }
steps:
- task: AzureCLI@2
  inputs: { azureSubscription: '\${{ parameters.connection }}' }
`;
const MORE = { 'pipelines/stages/deploy.yml': DEPLOY, 'pipelines/steps/login.yml': LOGIN };

describe('templates of azure-pipelines.yml', () => {
  it('bring stages, jobs and steps, with their parameters', async () => {
    const jobs = await read(
      `
stages:
- stage: Build
  jobs:
  - job: Compile
    steps: [{ script: make }]
- template: pipelines/stages/deploy.yml
  parameters: { stage: Test }
- template: /pipelines/stages/deploy.yml@self
  parameters: { stage: Live, connection: live-connection, isProduction: true }
`,
      MORE,
    );
    expect(summarize(jobs)).toEqual([
      ['Build/Compile', null, '', []],
      ['Deploy_Test/Ship', 'test', 'dev-connection', []],
      ['Deploy_Live/Ship', 'production', 'live-connection', []],
    ]);
    expect(Object.values(jobs).map(({ line }) => line)).toEqual([5, 7, 9]);
  });

  it('are extended, with lists of steps as parameters', async () => {
    const jobs = await read(
      `
extends:
  template: base.yml
  parameters:
    jobs:
    - job: A
      steps: [{ script: x }]
    - job: B
      steps: [{ template: pipelines/steps/login.yml, parameters: { connection: from-list } }]
`,
      {
        ...MORE,
        'base.yml': `
parameters: [{ name: jobs, type: jobList, default: [] }]
jobs:
- job: First
- \${{ each job in parameters.jobs }}:
  - \${{ each pair in job }}:
      \${{ if ne(pair.key, 'steps') }}:
        \${{ pair.key }}: \${{ pair.value }}
    environment: wrapped
    steps:
    - script: before
    - \${{ job.steps }}
`,
      },
    );
    expect(summarize(jobs)).toEqual([
      ['First', null, '', []],
      ['A', 'wrapped', '', []],
      ['B', 'wrapped', 'from-list', []],
    ]);
  });

  it('bring variables, each of which sees those before it', async () => {
    const jobs = await read(
      `
variables:
- template: vars.yml
  parameters: { name: blue }
- name: connection
  value: $(prefix)-connection
- group: secrets
jobs:
- job: A
  variables: { prefix: own }
  environment: \${{ variables.full }}
  steps: [{ inputs: { azureSubscription: $(connection) } }]
- job: B
  environment: $(full)
  steps: [{ inputs: { azureSubscription: $(connection)-$(fromGroup) } }]
`,
      {
        'vars.yml': `parameters: { name: red }\nvariables:\n  prefix: \${{ parameters.name }}\n  full: x-\${{ variables.prefix }}\n`,
      },
    );
    expect(summarize(jobs)).toEqual([
      ['A', 'x-blue', 'own-connection', []],
      ['B', 'x-blue', 'blue-connection-$(fromGroup)', ['$(fromGroup)']],
    ]);
  });

  const BY_EVENT = `
parameters: [{ name: target, values: [staging, production], default: staging }]
variables:
- \${{ if eq(variables['Build.SourceBranch'], 'refs/heads/main') }}:
  - { name: env, value: live }
- \${{ elseif eq(variables['Build.Reason'], 'PullRequest') }}:
  - { name: env, value: review }
- \${{ else }}:
  - { name: env, value: dev }
jobs:
- deployment: D
  environment: \${{ parameters.target }}-$(env)
- \${{ if ne(variables['Build.Reason'], 'PullRequest') }}:
  - job: Publish
    condition: and(succeeded(), startsWith(variables['Build.SourceBranch'], 'refs/tags/'))
`;

  it.each<readonly [JobQuery, unknown]>([
    [
      { event: 'push' },
      [
        ['D', 'staging-live', false],
        ['Publish', null, true],
      ],
    ],
    [
      { event: 'push', ref: 'refs/heads/x' },
      [
        ['D', 'staging-dev', false],
        ['Publish', null, true],
      ],
    ],
    [
      { event: 'tag' },
      [
        ['D', 'staging-dev', false],
        ['Publish', null, false],
      ],
    ],
    [{ event: 'pull_request' }, [['D', 'staging-review', false]]],
  ])('depend on the branch and the reason: %j', async (query, expected) => {
    const jobs = await read(BY_EVENT, {}, query);
    expect(Object.values(jobs).map(({ id, job, isLeftOut }) => [id, job.environment, isLeftOut])).toEqual(expected);
  });

  it('name what they do not know, and take the first of several', async () => {
    const jobs = await read(
      `
trigger: { batch: true }
parameters: [{ name: region }]
stages:
- \${{ if eq(variables.wanted, 'yes') }}:
  - stage: S
    jobs: [{ job: A, environment: a }]
- stage: T
  jobs:
  - job: B
    environment:
      \${{ if eq(variables['Build.Reason'], 'IndividualCI') }}:
        name: one
      \${{ else }}:
        name: two
  - job: C
    environment: \${{ parameters.region }}
  - \${{ each one in variables.many }}:
    - job: D_\${{ one }}
  - job: E
    steps:
    - \${{ if variables.cloud }}:
      - inputs: { azureSubscription: perhaps }
    - \${{ if variables.other }}:
      - script: x
`,
    );
    expect(summarize(jobs)).toEqual([
      ['S/A', 'a', '', ["eq(variables.wanted,'yes')"]],
      ['T/B', 'one', '', ["eq(variables['Build.Reason'],'IndividualCI')"]],
      ['T/C', `\${{ parameters.region }}`, '', [`\${{ parameters.region }}`]],
      [`T/D_\${{ one }}`, null, '', [`\${{ one }}`, 'each one in variables.many']],
      ['T/E', null, 'perhaps', ['variables.cloud']],
    ]);
  });
});

describe('what is perhaps there', () => {
  it('gives no variable its value', async () => {
    const jobs = await read(`
variables:
  env: dev
  \${{ if eq(variables.group, 'x') }}:
    env: live
jobs:
- job: A
  environment: $(env)
- job: B
  environment: e-\${{ variables.env }}
`);
    expect(summarize(jobs)).toEqual([
      ['A', '$(env)', '', ['$(env)']],
      ['B', `e-\${{ variables.env }}`, '', [`\${{ variables.env }}`]],
    ]);
  });

  it('keeps nothing else from running', async () => {
    const jobs = await read(`
stages:
- \${{ if variables.group }}:
  - stage: Perhaps
    condition: false
    jobs: [{ job: A }]
- stage: Next
  jobs: [{ job: B }]
`);
    expect(Object.values(jobs).map(({ id, isLeftOut }) => [id, isLeftOut])).toEqual([
      ['Perhaps/A', true],
      ['Next/B', false],
    ]);
  });
});

describe('a condition of a stage or a job', () => {
  const TEXT = `
stages:
- stage: Build
  condition: ne(variables['Build.Reason'], 'PullRequest')
  jobs: [{ job: A }]
- stage: Next
  jobs: [{ job: B }]
- stage: Report
  condition: always()
  jobs: [{ job: C }]
- stage: Apart
  dependsOn: []
  jobs:
  - job: First
    condition: eq(variables['Build.SourceBranch'], 'refs/heads/main')
  - job: Second
    dependsOn: first
  - job: Third
    dependsOn: [Second]
    condition: and(succeeded(), true)
  - job: Fourth
    dependsOn: Third
    condition: succeededOrFailed()
  - job: Fifth
    dependsOn: []
    condition: eq(variables.unknown, 1)
`;

  it('leaves out what needs something that does not run', async () => {
    const pulled = await read(TEXT, {}, { event: 'pull_request' });
    expect(Object.values(pulled).map(({ id, isLeftOut, warnings }) => [id, isLeftOut, warnings])).toEqual([
      ['Build/A', true, ["Build.condition: ne(variables['Build.Reason'], 'PullRequest') is false: it is skipped"]],
      ['Next/B', true, ['Next: it needs Build, which does not run']],
      ['Report/C', false, []],
      [
        'Apart/First',
        true,
        ["Apart/First.condition: eq(variables['Build.SourceBranch'], 'refs/heads/main') is false: it is skipped"],
      ],
      ['Apart/Second', true, ['Apart/Second: it needs First, which does not run']],
      [
        'Apart/Third',
        true,
        ['Apart/Third.condition: and(succeeded(), true) is false, and Second does not run: it is skipped'],
      ],
      ['Apart/Fourth', false, []],
      ['Apart/Fifth', false, []],
    ]);
    expect(namesOf(pulled['Apart/Fourth'])).toEqual(['succeededOrFailed()']);
    const pushed = await read(TEXT);
    expect(Object.values(pushed).filter(({ isLeftOut }) => isLeftOut)).toEqual([]);
    expect(namesOf(pushed['Apart/Fifth'])).toEqual(['eq(variables.unknown, 1)']);
  });
});

describe('a template that is not read', () => {
  it.each([
    ['x.yml@shared', 'x.yml@shared', false, []],
    [`\${{ variables.which }}.yml`, `\${{ variables.which }}.yml`, false, []],
    ['../up.yml', '../up.yml', false, ['template: ../up.yml leads out of the repository']],
    ['/a/../../up.yml', '/a/../../up.yml', false, ['template: ../up.yml leads out of the repository']],
    ['sub/x.txt', 'sub/x.txt', false, ['template: sub/x.txt is not read: its name is none of a YAML file']],
    ['gone.yml', 'gone.yml', true, ['template: gone.yml is not there, so there is no run']],
  ])('stands for its jobs: %s', async (path, name, isLeftOut, warnings) => {
    const inJobs = await read(`jobs:\n- job: A\n- template: "${path}"\n`);
    expect(Object.values(inJobs).map((job) => [job.id, namesOf(job), job.isLeftOut, job.warnings])).toEqual([
      ['A', [], isLeftOut, warnings],
      [name, [`jobs of ${name}`], isLeftOut, warnings],
    ]);
    const inStages = await read(`stages:\n- template: "${path}"\n- stage: S\n  jobs: [{ template: "${path}" }]\n`);
    expect(Object.keys(inStages)).toEqual([name, `S/${name}`]);
    const extended = await read(`extends: { template: "${path}" }\n`);
    expect(Object.values(extended).map((job) => [job.id, job.line])).toEqual([[name, 1]]);
  });

  it('may have the service connection of a job, unless one stands before it', async () => {
    const step = '{ inputs: { azureSubscription: own } }';
    const jobs = await read(
      `jobs:\n- { job: A, steps: [{ template: x.yml@y }, ${step}] }\n- { job: B, steps: [${step}, { template: x.yml@y }] }\n`,
    );
    expect(summarize(jobs)).toEqual([
      ['A', null, 'own', ['steps of x.yml@y']],
      ['B', null, 'own', []],
    ]);
  });

  it('is named where a job is asked for that the file does not have', async () => {
    const sources = inMemory({ [join(ROOT, PATH)]: 'extends: { template: a.yml@b }\n' });
    const [, message] = await problemOf(() => resolveJob({ job: `${join(ROOT, PATH)}#other` }, FRAME, sources));
    expect(message).toContain('nobody here knows what is in template a.yml@b');
  });

  it('is one through a link that leads out of the repository', async () => {
    const directory = makeDirectory();
    const root = join(directory, 'repository');
    mkdirSync(root);
    writeFileSync(join(directory, 'outside.yml'), 'jobs: [{ job: Secret }]');
    symlinkSync('../outside.yml', join(root, 'link.yml'));
    writeFileSync(join(root, PATH), 'jobs: [{ job: A }, { template: link.yml }]');
    const jobs = await listWorkflowJobs(join(root, PATH), null, { directory: root }, FRAME);
    expect(jobs.map(({ id }) => id)).toEqual(['A', 'link.yml']);
    expect(jobs[0]?.warnings).toContain('template: link.yml leads out of the repository');
  });

  it('goes round in a circle', async () => {
    const jobs = await read('jobs: [{ template: a.yml }]', {
      'a.yml': 'jobs: [{ template: b.yml }]',
      'b.yml': 'jobs: [{ template: a.yml }]',
    });
    expect(Object.values(jobs).map(({ warnings }) => warnings)).toEqual([
      [expect.stringMatching(/^template: a\.yml is not read: a\.yml → b\.yml → a\.yml .*goes round in a circle$/)],
    ]);
  });
});

describe('templates without end', () => {
  it('that include themselves twice stop', async () => {
    const jobs = await read('jobs: [{ template: a.yml }]', {
      'a.yml': 'jobs: [{ template: a.yml }, { template: a.yml }]',
    });
    expect(Object.values(jobs)[0]?.warnings).toContain('template: a.yml is not read: there are more than 500');
  });

  it.each([
    [
      'lists',
      `parameters: { l: [] }\njobs:\n- template: a.yml\n  parameters: { l: ["\${{ parameters.l }}", "\${{ parameters.l }}", "\${{ parameters.l }}"] }\n`,
      'parameters: { l: [1, 2, 3] }',
      'azure-pipelines.yml:1: its templates make it grow too large',
    ],
    [
      'texts',
      `parameters: { l: x }\njobs:\n- template: a.yml\n  parameters: { l: "\${{ parameters.l }}\${{ parameters.l }}\${{ parameters.l }}\${{ parameters.l }}" }\n`,
      'parameters: { l: xyzw }',
      '',
    ],
    [
      'turns',
      `parameters: { l: [${'1,'.repeat(300)}] }\njobs:\n- \${{ each a in parameters.l }}:\n  - \${{ each b in parameters.l }}:\n    - \${{ each c in parameters.l }}:\n      - job: x\n`,
      'parameters: {}',
      'azure-pipelines.yml:1: its templates make it grow too large',
    ],
  ])('of %s are refused or stop', async (_, template, parameters, reason) => {
    const [, message] = await problemOf(() =>
      read(`jobs: [{ template: a.yml, ${parameters} }]`, { 'a.yml': template }),
    );
    expect(message).toBe(reason);
  });

  it('of too much are not read to their end', async () => {
    const items = `[${'a,'.repeat(35_000)}]`;
    const more = { 'a.yml': `jobs: [{ job: A }]\nx: ${items}`, 'b.yml': `jobs: [{ job: B }]\nx: ${items}` };
    const jobs = await read('jobs: [{ template: a.yml }, { template: b.yml }]', more);
    expect(Object.keys(jobs)).toEqual(['A', 'b.yml']);
    expect(jobs.A?.warnings).toEqual(['template: b.yml is not read: there is too much in all templates together']);
  });

  it('whose file is wrong is refused, with its name', async () => {
    const [code, message] = await problemOf(() =>
      readJobs(PATH, 'jobs: [{ template: a.yml }]', {}, { 'a.yml': '- x' }),
    );
    expect([code, message]).toEqual(['invalid_request', expect.stringMatching(/^a\.yml:1: /)]);
  });
});
