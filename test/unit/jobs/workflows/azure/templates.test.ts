import { describe, expect, it } from 'vitest';
import { describeBuild } from '../../../../../daemon/platforms/azure-devops/build.ts';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { namesOf, readJobs } from '../../fixtures.ts';
import { readAzure as read, summarizeAzure as summarize } from './fixtures.ts';

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

describe('why a build runs', () => {
  const NAMED = `
jobs:
- job: A
  environment: \${{ variables['Build.Reason'] }}
`;
  it.each([
    ['ResourceTrigger', 'ResourceTrigger'],
    ['BuildCompletion', 'BuildCompletion'],
    ['push', 'IndividualCI'],
    ['fork', 'PullRequest'],
  ])('is for templates what it is for the token: %s', async (event, reason) => {
    const { A } = await read(NAMED, {}, { event });
    expect(A?.job.environment).toBe(reason);
    if (A) expect(describeBuild(A.job).reason).toBe(reason);
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

describe('a variable that a run computes', () => {
  const read = async (variables: string, condition: string, query: JobQuery = {}) => {
    const text = `variables:\n${variables}\njobs: [{ job: a, condition: "${condition}", steps: [] }]\n`;
    const [job] = Object.values(await readJobs('azure-pipelines.yml', text, query));
    return job?.unknowns.length === 0 ? job.isLeftOut === false : job?.unknowns.map(({ expression }) => expression);
  };
  // Azure docs: "Specify conditions", "Use the output variable from a job in a condition in a subsequent job", isMain
  const IS_MAIN = "  isMain: $[eq(variables['Build.SourceBranch'], 'refs/heads/main')]";
  const NAMED = `${IS_MAIN}\n  isLive: $[and(variables.isMain, ne(variables['Build.Reason'], 'PullRequest'))]`;
  const OTHER = { ref: 'refs/heads/topic' };

  it.each<readonly [string, string, JobQuery, boolean | readonly string[]]>([
    [IS_MAIN, "and(succeeded(), eq(variables.isMain, 'true'))", {}, true],
    [IS_MAIN, 'and(succeeded(), eq(variables.isMain, true))', {}, true],
    [IS_MAIN, "eq(variables['isMain'], true)", OTHER, false],
    [IS_MAIN, "ne(variables.ISMAIN, 'true')", OTHER, true],
    [NAMED, "eq(variables['isLive'], 'True')", {}, true],
    [NAMED, "eq(variables['isLive'], 'True')", { event: 'pull_request' }, false],
    ["  count: $[counter('x', 1)]", 'eq(variables.count, 1)', {}, ['eq(variables.count, 1)']],
    ['  a: $[variables.b]\n  b: $[variables.a]', "eq(variables.a, 'x')", {}, ["eq(variables.a, 'x')"]],
    // No document says whether macros are filled in before the condition of a stage or a job is decided.
    [
      '  target: $(Build.SourceBranchName)-eu',
      "eq(variables.target, 'main-eu')",
      {},
      ["eq(variables.target, 'main-eu')"],
    ],
    ['  target: x-$(secret)', "eq(variables.target, 'x-y')", {}, ["eq(variables.target, 'x-y')"]],
    ["  out: $[dependencies.A.outputs['s.x']]", "eq(variables.out, 'y')", {}, ["eq(variables.out, 'y')"]],
  ])('%s decides %s for %j: %j', async (variables, condition, query, expected) => {
    expect(await read(variables, condition, query)).toEqual(expected);
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
