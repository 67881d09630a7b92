import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { commitAll, initRepository } from '../support/workflow-repository/write-repository.ts';

const FILES: Readonly<Record<string, string>> = {
  '.gitlab-ci.yml': "include: '/templates/**/*.yml'\ndeploy: { extends: .oidc, environment: live }\n",
  'templates/oidc.yml': '.oidc: { id_tokens: { TOKEN: { aud: https://vault.example } } }\n',
  'templates/team/test.yml': 'test: { extends: .oidc, rules: [{ if: $CI_COMMIT_TAG }] }\n',
  'templates/node_modules/stray.yml': 'stray: { script: [x] }\n',
  '.gitignore': 'node_modules\n',
  'azure-pipelines.yml': `
variables: [{ template: pipelines/variables.yml }]
stages:
- template: pipelines/deploy.yml
  parameters: { name: Live, environment: production }
- \${{ if ne(variables['Build.Reason'], 'PullRequest') }}:
  - template: publish.yml@shared
`,
  'pipelines/variables.yml': 'variables: { connection: azure-live }\n',
  'pipelines/deploy.yml': `
parameters:
- { name: name, type: string }
- { name: environment, type: string }
stages:
- stage: \${{ parameters.name }}
  condition: and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))
  jobs:
  - deployment: Ship
    environment: \${{ parameters.environment }}
    strategy: { runOnce: { deploy: { steps: [{ template: login.yml }] } } }
`,
  'pipelines/login.yml': 'steps: [{ task: AzureCLI@2, inputs: { azureSubscription: $(connection) } }]\n',
  '.circleci/config.yml': `
version: 2.1
workflows:
  ship:
    when: { equal: [main, << pipeline.git.branch >>] }
    jobs: [deploy]
  nightly:
    when: { equal: [nightly, << pipeline.schedule.name >>] }
    jobs: [sweep]
`,
};

let daemon: Daemon;
const directory = mkdtempSync(join(tmpdir(), 'mintmark-includes-'));
beforeAll(async () => {
  initRepository(directory);
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  commitAll(directory);
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.stop();
  rmSync(directory, { recursive: true });
});

/** Rows of the table, and what is told below it. */
async function list(file: string): Promise<{ rows: readonly (readonly string[])[]; notes: readonly string[] }> {
  const { code, stdout, stderr } = await daemon.cli(['jobs', 'list', join(directory, file)]);
  expect(code, stderr).toBe(0);
  const rows = stdout.trimEnd().split('\n').slice(1);
  return { rows: rows.map((line) => line.split(/ {2,}/)), notes: stderr.trimEnd().split('\n') };
}

/** The claims of a job's token. */
async function mint(
  platform: string,
  job: string,
  ...more: readonly string[]
): Promise<Readonly<Record<string, unknown>>> {
  const args = ['mint', '--as', platform, '--job', join(directory, job), ...more, '--json'];
  const { code, stdout, stderr } = await daemon.cli(args);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout).claims;
}

test('an include by a pattern brings the files that git has, and the token of their job', async () => {
  const { rows, notes } = await list('.gitlab-ci.yml');
  expect(rows).toEqual([
    ['test', 'push, pull_request, fork, schedule, manual', 'does not run'],
    ['', 'tag', 'project_path:acme/widgets:ref_type:tag:ref:v1.0.0'],
    ['deploy', 'push, schedule, manual', 'project_path:acme/widgets:ref_type:branch:ref:main'],
    ['', 'tag', 'project_path:acme/widgets:ref_type:tag:ref:v1.0.0'],
    ['', 'pull_request, fork', 'does not run'],
  ]);
  expect(notes).toContain(
    'mintmark: include: an older GitLab does not take templates/oidc.yml for templates/**/*.yml: ** was one directory at least',
  );
  expect(await mint('gitlab', '.gitlab-ci.yml#test', '--event', 'tag')).toMatchObject({
    sub: 'project_path:acme/widgets:ref_type:tag:ref:v1.0.0',
    aud: 'https://vault.example',
  });
  const job = ['run', '--as', 'gitlab', '--job', join(directory, '.gitlab-ci.yml#deploy'), '--'];
  const inside = await daemon.cli([...job, process.execPath, '-p', "process.env.TOKEN.split('.').length"]);
  expect([inside.code, inside.stdout]).toEqual([0, '3\n']);
});

test('templates of Azure Pipelines bring their jobs, with the connection and the environment', async () => {
  const { rows, notes } = await list('azure-pipelines.yml');
  expect(rows.slice(0, 2)).toEqual([
    ['Live/Ship', 'push, schedule, manual', 'sc://acme/widgets/azure-live'],
    ['', 'tag, pull_request, fork', 'does not run'],
  ]);
  const condition = "and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))";
  expect(notes).toContain(
    `mintmark: Live/Ship for tag, pull_request, fork: Live.condition: ${condition} is false: it is skipped`,
  );
  const unread = 'publish.yml@shared: jobs of publish.yml@shared is not known here';
  expect(notes).toContain(`mintmark: push, tag, schedule, manual: ${unread}`);
  expect((await mint('azure-devops', 'azure-pipelines.yml#Live/Ship')).sub).toBe('sc://acme/widgets/azure-live');
});

test('a workflow of CircleCI runs where its condition holds, and what that depends on is named', async () => {
  const { rows, notes } = await list('.circleci/config.yml');
  const subject = expect.stringMatching(
    /^org\/.*\/vcs-origin\/github\.com\/acme\/widgets\/vcs-ref\/refs\/heads\/main$/,
  );
  expect(rows).toEqual([
    ['ship/deploy', 'push, schedule, manual', subject],
    ['', 'tag, pull_request, fork', 'does not run'],
    ['nightly/sweep', 'push, tag, pull_request, fork, manual', 'does not run'],
    ['', 'schedule', subject],
  ]);
  expect(notes).toContain(
    'mintmark: nightly/sweep for schedule: nightly.when: pipeline.schedule.name is not known here',
  );
  expect((await mint('circleci', '.circleci/config.yml#ship/deploy')).sub).toEqual(subject);
});
