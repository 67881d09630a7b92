import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { BUNDLE, NODE, type Outcome, PROJECT, run } from '../../support/program.ts';
import { program, raiseStage, readAnswer } from './support/stage.ts';

/** The lines of docs/recipes.md, as somebody would paste them. */
const stage = raiseStage();
const recipes = readFileSync(join(PROJECT, 'docs/recipes.md'), 'utf8');

const FILES = {
  '.github/workflows/deploy.yml': 'on: push\njobs:\n  deploy:\n    permissions: { id-token: write }\n',
  '.gitlab-ci.yml': 'deploy:\n  id_tokens: { VAULT_ID_TOKEN: { aud: https://vault.example.com } }\n  script: [make]\n',
};
beforeAll(() => {
  mkdirSync(join(stage.directory, '.github/workflows'), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(stage.directory, name), text);
});

/** The lines that begin as the recipe does, up to the end of their block. */
function findLines(beginning: string): string {
  const start = recipes.indexOf(`\n${beginning}`) + 1;
  expect(start, beginning).toBeGreaterThan(0);
  return recipes.slice(start, recipes.indexOf('```', start));
}

/** In a shell in which `mintmark` is this program. */
function paste(lines: string): Promise<Outcome> {
  const { daemon, jobs, directory, env } = stage;
  const shell = `mintmark() { '${NODE}' '${BUNDLE}' "$@"; }\n${lines}`;
  const variables = { PATH: process.env.PATH, HOME: directory, MINTMARK_HOME: daemon.home, ...jobs.env, ...env };
  return run('/bin/sh', ['-c', shell], { cwd: directory, env: variables }).done;
}

/** What a runner makes of a file of variables. */
function readVariables(name: string): Record<string, string> {
  const lines = readFileSync(join(stage.directory, name), 'utf8').trim().split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

it('gives a shell what curl asks with', async () => {
  const { stdout } = await paste(findLines('eval "$(mintmark env').replace('curl', "curl --noproxy '*'"));
  await stage.believe('github-actions', (JSON.parse(stdout) as { value: string }).value, 'sts.amazonaws.com');
});

it('gives act a file with all that an action asks with, and nothing of this machine’s', async () => {
  const [line = ''] = findLines('mintmark env --as github-actions --job').split('\n');
  expect((await paste(line)).code).toBe(0);
  const variables = readVariables('.act.env');
  expect(Object.keys(variables).toSorted()).toEqual(['ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL']);
  const { token } = readAnswer(await stage.runAlone(program('get-id-token.mjs', 'a'), variables));
  expect(await stage.believe('github-actions', token, 'a')).toMatchObject({
    job_workflow_ref: expect.stringContaining('/.github/workflows/deploy.yml@'),
  });
});

it('gives gitlab-ci-local a file with the tokens that the job declares', async () => {
  const [line = ''] = findLines('mintmark env --as gitlab').split('\n');
  expect((await paste(line)).code).toBe(0);
  const { VAULT_ID_TOKEN = '', ...others } = readVariables('.ci.env');
  expect(others).toEqual({});
  await stage.believe('gitlab', VAULT_ID_TOKEN, 'https://vault.example.com');
});

it('lets the agent of Buildkite, or its stand-in, ask', async () => {
  const { stdout } = await paste(findLines('mintmark run --as buildkite'));
  await stage.believe('buildkite', stdout.trim(), 'sts.amazonaws.com');
});

it('gives a debug session a file', async () => {
  expect((await paste(findLines('mintmark env --as github-actions --format dotenv --output'))).code).toBe(0);
  expect(readVariables('.job.env')).toMatchObject({ GITHUB_ACTIONS: 'true' });
});
