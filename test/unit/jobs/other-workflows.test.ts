import { describe, expect, it } from 'vitest';
import { problemOf, readJobs } from './fixtures.ts';

describe('.semaphore/*.yml', () => {
  it('has the jobs of its blocks', async () => {
    const jobs = await readJobs(
      '.semaphore/deploy.yml',
      `
version: v1.0
name: Ship it
execution_time_limit: { hours: 2 }
blocks:
  - name: Test
    task: { jobs: [{ name: Unit, commands: [make] }, { commands: [make] }] }
  - name: Deploy
    run: { when: "result = 'passed'" }
    execution_time_limit: { minutes: 10 }
    task: { jobs: [{ name: Deploy, commands: [make] }] }
after_pipeline:
  task: { jobs: [{ name: Report, commands: [make] }] }
`,
    );
    expect(
      Object.values(jobs).map(({ id, job, unknowns }) => [id, job.jobId, job.timeoutSeconds, unknowns.length]),
    ).toEqual([
      ['Test/Unit', 'Unit', 7_200, 0],
      ['Test/Nameless 2', 'Nameless 2', 7_200, 0],
      ['Deploy/Deploy', 'Deploy', 600, 1],
      ['after_pipeline/Report', 'Report', 7_200, 0],
    ]);
    expect(jobs['Deploy/Deploy']?.job).toMatchObject({
      workflowFile: '.semaphore/deploy.yml',
      workflowName: 'Ship it',
      workflow: { idToken: null, idTokens: {} },
    });
  });
});

describe('bitbucket-pipelines.yml', () => {
  const TEXT = `
pipelines:
  default:
    - step: { name: Test, script: [x] }
    - parallel: { steps: [{ step: { script: [y] } }] }
  branches:
    '{main,release/*}':
      - stage:
          deployment: staging
          steps: [{ step: { name: Deploy, oidc: true } }]
      - step: { name: Ship, oidc: { audiences: [one, two] }, deployment: production, max-time: 5 }
  custom:
    by-hand: [{ step: { name: Run, oidc: false } }]
`;

  it('has its steps, with what they may ask for', async () => {
    const jobs = await readJobs('bitbucket-pipelines.yml', TEXT);
    const seen = Object.values(jobs).map(({ id, job, warnings }) => [
      id,
      job.environment,
      job.workflow?.idToken,
      job.workflow?.idTokens.BITBUCKET_STEP_OIDC_TOKEN ?? null,
      warnings.length,
    ]);
    const prefix = 'branches/{main,release/*}';
    expect(seen).toEqual([
      ['default/Test', null, null, null, 1],
      ['default/Step 2', null, null, null, 1],
      [`${prefix}/Deploy`, 'staging', true, null, 0],
      [`${prefix}/Ship`, 'production', true, ['one', 'two'], 0],
      ['custom/by-hand/Run', null, false, null, 1],
    ]);
  });

  it('says which steps a branch does not start', async () => {
    const jobs = await readJobs('bitbucket-pipelines.yml', TEXT, { ref: 'refs/heads/topic' });
    expect(jobs['branches/{main,release/*}/Ship']?.warnings).toHaveLength(1);
  });
});

describe('.circleci/config.yml', () => {
  it('has the jobs of its workflows', async () => {
    const jobs = await readJobs(
      '.circleci/config.yml',
      `
version: 2.1
jobs: { build: { docker: [] }, deploy: { docker: [] } }
workflows:
  version: 2
  main:
    jobs:
      - build
      - hold: { type: approval }
      - deploy: { name: deploy-eu, context: [aws, gcp], filters: { branches: { only: [main, /release.*/] } } }
      - deploy: { filters: { branches: { ignore: main } } }
`,
    );
    expect(
      Object.values(jobs).map(({ id, line, warnings, unknowns }) => [id, line, warnings.length, unknowns.length]),
    ).toEqual([
      ['main/build', 8, 0, 0],
      ['main/deploy-eu', 10, 0, 0],
      ['main/deploy', 11, 1, 0],
    ]);
    expect(jobs['main/build']?.job).toMatchObject({ jobId: 'build', workflowName: 'main' });
    expect(Object.keys(await readJobs('.circleci/config.yml', 'jobs: { build: {} }'))).toEqual(['build']);
  });
});

describe('.buildkite/pipeline.yml', () => {
  it.each([
    ['pipeline.yml', (steps: string): string => steps],
    ['.buildkite/pipeline.yaml', (steps: string): string => `steps:\n${steps.replace(/^/gm, '  ')}`],
  ])('has its command steps: %s', async (path, wrap) => {
    const jobs = await readJobs(
      path,
      wrap(`- { label: ":hammer: Build", command: make, key: build, timeout_in_minutes: 3 }
- wait
- { block: "Really?" }
- { group: Deploy, steps: [{ command: ship, branches: "release/*" }] }
- { command: other, if: build.tag != null, branches: "!topic" }`),
    );
    expect(
      Object.values(jobs).map(({ id, name, job, warnings, unknowns }) => [
        id,
        name,
        job.jobId,
        warnings.length,
        unknowns.length,
      ]),
    ).toEqual([
      ['build', ':hammer: Build', 'build', 0, 0],
      ['step-2', 'Step 2', 'step-2', 1, 0],
      ['step-3', 'Step 3', 'step-3', 1, 0],
    ]);
    expect(jobs.build?.job.timeoutSeconds).toBe(180);
  });
});

describe('azure-pipelines.yml', () => {
  it('has the jobs of its stages', async () => {
    const jobs = await readJobs(
      'azure-pipelines.yml',
      `
stages:
  - stage: Build
    jobs: [{ job: Compile, steps: [] }, { template: x.yml }]
  - stage: Deploy
    jobs:
      - deployment: Ship
        displayName: Ship it
        environment: production.web
        strategy: { runOnce: { deploy: { steps: [{ task: AzureCLI@2, inputs: { azureSubscription: my-connection } }] } } }
      - deployment: Review
        environment: { name: 'review-$(System.PullRequest.PullRequestNumber)' }
`,
    );
    expect(
      Object.values(jobs).map(({ id, name, job, unknowns }) => [id, name, job.environment, unknowns.length]),
    ).toEqual([
      ['Build/Compile', 'Compile', null, 0],
      ['Build/x.yml', 'x.yml', null, 1],
      ['Deploy/Ship', 'Ship it', 'production', 0],
      ['Deploy/Review', 'Review', 'review-$(System.PullRequest.PullRequestNumber)', 1],
    ]);
    expect(Object.keys(await readJobs('azure-pipelines.yml', 'steps: [{ script: make }]'))).toEqual(['Job']);
  });
});

describe('any of them', () => {
  it.each([
    ['.semaphore/semaphore.yml', '- a\n'],
    ['.semaphore/semaphore.yml', 'blocks: { a: b }\n'],
    ['.semaphore/semaphore.yml', 'blocks: [{ task: { jobs: [a] } }]\n'],
    ['bitbucket-pipelines.yml', 'a\n'],
    ['bitbucket-pipelines.yml', 'pipelines: { default: { step: {} } }\n'],
    ['.circleci/config.yml', '[]\n'],
    ['.buildkite/pipeline.yml', 'steps: { a: b }\n'],
    ['azure-pipelines.yml', '- x\n'],
  ])('%s that is %j is refused, with file and line', async (path, text) => {
    expect(await problemOf(() => readJobs(path, text))).toEqual([
      'invalid_request',
      expect.stringContaining(`${path}:1: `),
    ]);
  });

  it.each([
    '.semaphore/x.yml',
    'bitbucket-pipelines.yml',
    '.circleci/config.yml',
    'pipeline.yml',
    'azure-pipelines.yml',
  ])('%s without anything in it has no jobs', async (path) => {
    expect([await readJobs(path, ''), await readJobs(path, 'x: {}\n')]).toEqual([{}, {}]);
  });
});
