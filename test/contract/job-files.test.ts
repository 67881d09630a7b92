import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { openJobRunner } from '../support/job.ts';
import type { Outcome } from '../support/program.ts';
import { makeTemporaryDirectory } from '../support/temporary-directory.ts';

let daemon: Daemon;
let env: Record<string, string>;
beforeAll(async () => {
  daemon = await startDaemon();
  env = { ...openJobRunner(daemon).env };
});
afterAll(() => daemon.stop());

function writeFile(path: string, text: string): string {
  const file = join(makeTemporaryDirectory(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}
const writeGithub = (text: string): string => writeFile('.github/workflows/publish.yml', text);
const cli = (...words: string[]): Promise<Outcome> => daemon.cli(words, { env });

const RELEASE = 'on: release\njobs: { publish: { runs-on: x, environment: live } }\n';
const GRANTED = RELEASE.replace('runs-on', 'permissions: { id-token: write }, runs-on');

test.each([
  ['release', writeGithub, GRANTED, ':environment:live'],
  ['release', writeGithub, RELEASE, 'no token: '],
  [
    'trigger',
    (text: string) => writeFile('.gitlab-ci.yml', text),
    'deploy: { script: [x], id_tokens: { T: { aud: a } }, rules: [{ if: $CI_PIPELINE_SOURCE == "trigger" }] }\n',
    'project_path:',
  ],
])('jobs that none of the usual events starts are listed by their own: %s', async (event, write, text, told) => {
  const file = write(text);
  const { code, stdout } = await cli('jobs', 'list', file);
  expect(code).toBe(0);
  expect(stdout.split('\n').filter((line) => line.includes(event) && line.includes(told))).toHaveLength(1);
  // Nothing of others where a usual one starts it.
  const usual = write(text.replace('on: release', 'on: [push, release]').replace('"trigger"', '"push"'));
  expect((await cli('jobs', 'list', usual)).stdout).not.toMatch(/trigger|release/);
});

test('a job that another event starts says how to ask for it', async () => {
  const file = writeGithub(GRANTED);
  for (const words of [['mint'], ['run']]) {
    const rest = words[0] === 'run' ? ['--', 'true'] : [];
    const { code, stderr } = await cli(...words, '--as', 'github-actions', '--job', `${file}#publish`, ...rest);
    expect([code, stderr]).toEqual([0, expect.stringContaining('it names release (--event release)')]);
  }
});

test.each([['mint'], ['env', '--format', 'json'], ['run', '--', 'true']])(
  'a workflow file says whose job it is: %s',
  async (command, ...rest) => {
    const file = writeGithub(GRANTED);
    expect(await cli(command, '--job', `${file}#publish`, ...rest)).toMatchObject({ code: 0 });
    const other = writeFile('ci.yml', GRANTED);
    const refused = await cli(command, '--job', `${other}#publish`, ...rest);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--as')]);
  },
);

test('an event without a platform says to name one', async () => {
  const { code, stderr } = await cli('mint', '--event', 'push');
  expect([code, stderr]).toEqual([2, expect.stringContaining('--as')]);
});

test.each([
  ['github-actions', 'ACTIONS_ID_TOKEN_*', writeGithub, GRANTED, RELEASE, 'id-token: write'],
  [
    'gitlab',
    'DEPLOY_TOKEN',
    (text: string) => writeFile('.gitlab-ci.yml', text),
    'publish: { script: [x], id_tokens: { DEPLOY_TOKEN: { aud: a } } }\n',
    'publish: { script: [x] }\n',
    'id_tokens',
  ],
])(
  'a job of %s that gets no token says so, and leaves nothing of the one before',
  async (as, only, write, ...texts) => {
    const [granted, refused, mend] = texts;
    const output = join(makeTemporaryDirectory(), '.a.env');
    const ask = (text: string) =>
      cli(
        'env',
        '--as',
        as,
        '--job',
        `${write(text)}#publish`,
        '--only',
        only,
        '--format',
        'dotenv',
        '--output',
        output,
      );
    expect((await ask(granted)).code).toBe(0);
    expect(readFileSync(output, 'utf8')).toMatch(/TOKEN/);
    const { code, stderr } = await ask(refused);
    expect([code, stderr]).toEqual([1, expect.stringContaining(mend)]);
    expect(readFileSync(output, 'utf8')).not.toMatch(/TOKEN/);
    const misspelt = await cli('env', '--as', as, '--job', `${write(granted)}#publish`, '--only', 'NOTHING');
    expect([misspelt.code, misspelt.stderr]).toEqual([2, expect.not.stringContaining(mend)]);
  },
);
