import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';

const FILES: Readonly<Record<string, string>> = {
  'bitbucket-pipelines.yml': 'pipelines: { default: [{ step: { name: Test, oidc: true, script: [x] } }] }\n',
  '.buildkite/pipeline.yml':
    'steps: [{ label: "on {{matrix.os}}", key: build, command: make, matrix: { setup: { os: [linux, mac] } } }]\n',
  '.semaphore/semaphore.yml':
    'blocks: [{ name: Test, task: { jobs: [{ name: Unit, commands: [x], matrix: [{ env_var: NODE, values: ["22", "24"] }] }] } }]\n',
  'azure-pipelines.yml': `
strategy: { matrix: { dev: { connection: azure-dev }, live: { connection: azure-live } } }
steps: [{ task: AzureCLI@2, inputs: { azureSubscription: $(connection) } }]
`,
};

let daemon: Daemon;
const directory = mkdtempSync(join(tmpdir(), 'mintmark-matrix-'));
beforeAll(async () => {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.stop();
  rmSync(directory, { recursive: true });
});

const run = (platform: string, file: string, row: string, ...script: readonly string[]) =>
  daemon.cli(['run', '--as', platform, '--job', join(directory, file), '--matrix', row, '--', ...script]);

test.each([
  ['semaphore', '.semaphore/semaphore.yml', 'NODE=24', 'SEMAPHORE_JOB_NAME', 'Unit - NODE=24'],
  ['azure-devops', 'azure-pipelines.yml', 'connection=azure-live', 'AGENT_JOBNAME', 'live'],
  ['buildkite', '.buildkite/pipeline.yml', 'os=mac', 'BUILDKITE_STEP_KEY', 'build'],
])('a job of %s with a row is called so', async (platform, file, row, variable, expected) => {
  const { code, stdout, stderr } = await run(platform, file, row, process.execPath, '-p', `process.env.${variable}`);
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: `${expected}\n` });
});

test('the row decides which service connection of Azure the token is for', async () => {
  const subjectOf = async (...row: readonly string[]): Promise<string> => {
    const job = ['mint', '--as', 'azure-devops', '--job', join(directory, 'azure-pipelines.yml')];
    return JSON.parse((await daemon.cli([...job, ...row, '--json'])).stdout).claims.sub;
  };
  expect(await subjectOf('--matrix', 'Agent.JobName=live')).toMatch(/\/azure-live$/);
  expect(await subjectOf()).toMatch(/\/azure-dev$/);
});

test.each([
  ['buildkite', '.buildkite/pipeline.yml', 'build has no such row: its matrix has {"os":"linux"}, {"os":"mac"}'],
  ['semaphore', '.semaphore/semaphore.yml', 'Test/Unit has no such row: its matrix has {"NODE":"22"}, {"NODE":"24"}'],
  ['azure-devops', 'azure-pipelines.yml', 'Job has no such row: its matrix has {"Agent.JobName":"dev"'],
  ['bitbucket', 'bitbucket-pipelines.yml', 'matrix: Bitbucket Pipelines has none'],
])('a row that is not there is refused with words: %s', async (platform, file, words) => {
  const path = join(directory, file);
  for (const args of [
    ['jobs', 'list', path],
    ['mint', '--as', platform, '--job', path],
  ]) {
    const { code, stdout, stderr } = await daemon.cli([...args, '--matrix', 'os=plan9']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
  }
});
