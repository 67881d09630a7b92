import { describe, expect, it } from 'vitest';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { namesOf, readJobs } from '../../fixtures.ts';

const PATH = '.buildkite/pipeline.yml';
const TAG: JobQuery = { event: 'tag', ref: 'refs/tags/v1.0.0' };

/** Ids of the steps that run. */
const running = async (text: string, query: JobQuery = {}): Promise<readonly string[]> =>
  Object.values(await readJobs(PATH, text, query)).flatMap(({ id, isLeftOut }) => (isLeftOut ? [] : [id]));

describe('a group', () => {
  const TEXT = `steps:
- group: Release
  if: build.tag != null
  steps:
  - { command: build, key: build }
  - { command: ship, key: ship, if: build.tag =~ /^v2/ }
- { command: test, key: test }
`;

  it('that is left out is so with all of its steps', async () => {
    expect(await running(TEXT)).toEqual(['test']);
    expect((await readJobs(PATH, TEXT)).build?.warnings).toEqual([
      'Release.if: build.tag != null is false: the steps of the group do not run',
    ]);
  });

  it('that is there leaves its steps their own conditions', async () => {
    expect(await running(TEXT, TAG)).toEqual(['build', 'test']);
  });
});

describe('a step', () => {
  // Buildkite docs, "Command step", `skip`
  it('is skipped for a reason, and not for an empty one', async () => {
    const write = (skip: string): string => `steps: [{ command: x, key: a, skip: ${skip} }]`;
    expect(await running(write('Too slow'))).toEqual([]);
    expect(await running(write('true'))).toEqual([]);
    expect(await running(write('""'))).toEqual(['a']);
    expect(await running(write('false'))).toEqual(['a']);
    expect(await running('steps: [{ group: g, skip: later, steps: [{ command: x }] }]')).toEqual([]);
  });

  it('may name its branches in a list', async () => {
    const text = 'steps: [{ command: x, key: a, branches: [main, "release/*"] }]';
    expect(await running(text, { ref: 'refs/heads/topic' })).toEqual([]);
    expect(await running(text, { ref: 'refs/heads/release/1' })).toEqual(['a']);
  });

  it('with a key that the shell fills in names what is not known', async () => {
    const variable = '$' + '{REGION}';
    const text = `steps: [{ command: x, key: "deploy-${variable}-x" }, { command: y, key: fixed }]`;
    const jobs = Object.values(await readJobs(PATH, text));
    expect(jobs.map(namesOf)).toEqual([[variable], []]);
  });
});
