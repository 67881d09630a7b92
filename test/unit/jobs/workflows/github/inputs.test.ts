import { describe, expect, it } from 'vitest';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { withExpressions } from '../../../../support/workflow-repository/files.ts';
import { namesOf, problemOf, readJobs } from '../../fixtures.ts';

const PATH = '.github/workflows/deploy.yml';
const CALLED = '.github/workflows/called.yml';
const TEXT = withExpressions(`on:
  push:
  workflow_dispatch:
    inputs:
      target: { type: choice, options: [staging, production] }
      Fast: { type: boolean }
      count: { type: number }
      where: { type: environment }
jobs:
  ship: { environment: "[[ inputs.target ]]" }
  old: { environment: "[[ github.event.inputs.target ]]" }
  plain: { environment: fixed }
  quick: { if: inputs.fast, environment: "quick-[[ inputs.count ]]" }
  there: { environment: "[[ inputs.where ]]" }
  call: { uses: ./.github/workflows/called.yml, with: { stage: "[[ inputs.target ]]", other: x } }
`);
const CALLED_TEXT = withExpressions(`on:
  workflow_call: { inputs: { stage: { type: string }, other: { type: string } } }
jobs:
  a: { environment: "[[ inputs.stage ]]" }
  b: { environment: "[[ inputs.other ]]" }
`);
const TAKEN = expect.stringMatching(
  /inputs\.target is one of staging, production; staging is taken.*--set input\.target=/,
);

const read = (query: JobQuery = {}, text = TEXT) =>
  readJobs(PATH, text, { event: 'manual', ...query }, { [CALLED]: CALLED_TEXT });
const say = (name: string, value: string): JobQuery => ({ options: { [`input.${name}`]: value } });

describe('a choice that somebody makes who starts the run by hand', () => {
  it('is said to be made of several, where an environment is made of it', async () => {
    const jobs = await read();
    expect(Object.values(jobs).map(({ id, job, warnings }) => [id, job.environment, warnings])).toEqual([
      ['ship', 'staging', [TAKEN]],
      ['old', 'staging', [TAKEN]],
      ['plain', 'fixed', []],
      [
        'quick',
        'quick-0',
        [expect.stringContaining('inputs.Fast is one of true, false; false is taken'), expect.anything()],
      ],
      ['there', withExpressions('[[ inputs.where ]]'), []],
      ['call/a', 'staging', [TAKEN]],
      ['call/b', 'x', []],
    ]);
    expect(namesOf(jobs.there)).toEqual(['inputs.where']);
  });

  it('is what the caller says', async () => {
    const jobs = await read({
      options: { 'input.TARGET': 'production', 'input.fast': 'true', 'input.count': '3', 'input.where': 'eu' },
    });
    expect(Object.values(jobs).map(({ job, warnings, unknowns }) => [job.environment, warnings, unknowns])).toEqual(
      ['production', 'production', 'fixed', 'quick-3', 'eu', 'production', 'x'].map((name) => [name, [], []]),
    );
    expect(jobs.quick?.isLeftOut).toBe(false);
  });

  it.each([
    ['target', 'prod', 'options.input.target: "prod" is not one of staging, production'],
    ['fast', 'yes', 'is not one of true, false'],
    ['count', 'many', 'is not a number'],
    ['count', '', 'is not a number'],
    ['stage', 'x', 'no input "stage"; there are target, Fast, count, where'],
  ])('cannot be %s=%s', async (name, value, about) => {
    expect(await problemOf(() => read(say(name, value)))).toEqual(['invalid_request', expect.stringContaining(about)]);
  });

  it('means nothing for a push, which says so', async () => {
    const { plain } = await read({ event: 'push', ...say('target', 'production') });
    expect(plain?.warnings).toEqual(['input.target means nothing for push']);
  });

  it('is for a job of a file that has inputs', async () => {
    expect(
      (await problemOf(() => readJobs('bitbucket-pipelines.yml', 'a: { script: x }', say('a', 'b'))))[1],
    ).toContain('inputs');
    expect((await problemOf(() => read(say('a', 'b'), 'on: push\njobs: { a: {} }')))[1]).toContain('it has none');
  });
});

describe('a workflow that can only be called', () => {
  it.each(['manual', 'push'])('has inputs that its caller knows, for %s', async (event) => {
    const jobs = await read({ event }, CALLED_TEXT);
    expect([jobs.a?.job.environment, namesOf(jobs.a)]).toEqual([
      withExpressions('[[ inputs.stage ]]'),
      ['inputs.stage'],
    ]);
    const said = await read({ event, ...say('stage', 'prod') }, CALLED_TEXT);
    expect([said.a?.job.environment, namesOf(said.a), namesOf(said.b)]).toEqual(['prod', [], ['inputs.other']]);
  });
});
