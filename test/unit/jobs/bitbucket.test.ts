import { describe, expect, it } from 'vitest';
import type { JobQuery } from '../../../daemon/protocol/jobs.ts';
import { readJobs } from './fixtures.ts';

const PATH = 'bitbucket-pipelines.yml';
const SECTIONS = `pipelines:
  default: [{ step: { name: Any } }]
  branches: { main: [{ step: { name: Main } }], 'release/*': [{ step: { name: Release } }] }
  tags: { 'v*': [{ step: { name: Tag } }] }
  pull-requests: { '**': [{ step: { name: Check } }] }
  custom: { nightly: [{ step: { name: Night } }] }
`;

/** Names of the steps that a query may run. */
const startedBy = async (query: JobQuery): Promise<readonly string[]> =>
  Object.values(await readJobs(PATH, SECTIONS, query)).flatMap(({ name, isLeftOut }) => (isLeftOut ? [] : [name]));

describe('a pipeline of Bitbucket', () => {
  it.each<readonly [string, JobQuery, readonly string[]]>([
    ['a push to a branch with a pipeline of its own', { ref: 'refs/heads/main' }, ['Main']],
    ['a push to another branch', { ref: 'refs/heads/topic' }, ['Any']],
    ['a push to a branch of a pattern', { ref: 'refs/heads/release/1' }, ['Release']],
    ['a tag', { event: 'tag', ref: 'refs/tags/v1' }, ['Tag']],
    ['a pull request', { event: 'pull_request' }, ['Check']],
    ['somebody', { event: 'manual' }, ['Any', 'Main', 'Release', 'Check', 'Night']],
    [
      'somebody, on a tag',
      { event: 'manual', ref: 'refs/tags/v1' },
      ['Any', 'Main', 'Release', 'Tag', 'Check', 'Night'],
    ],
    ['a schedule', { event: 'schedule' }, ['Any', 'Main', 'Release', 'Check', 'Night']],
  ])('is started by %s', async (_, query, names) => {
    expect(await startedBy(query)).toEqual(names);
  });

  it('that another one runs in place of is said so', async () => {
    const jobs = await readJobs(PATH, SECTIONS, { ref: 'refs/heads/main' });
    expect(jobs['default/Any']?.warnings).toEqual(['default: main starts branches/main in its place']);
  });
});

describe('steps of one name', () => {
  it('are told apart, and each says that there are others', async () => {
    const steps = ['Same', 'Same', 'Same-2', 'Same', 'Other'].map((name) => `{ step: { name: ${name} } }`);
    const jobs = await readJobs(PATH, `pipelines:\n  default: [${steps.join(', ')}]`);
    expect(Object.values(jobs).map(({ id, name, warnings }) => [id, name, warnings.length])).toEqual([
      ['default/Same', 'Same', 1],
      ['default/Same-3', 'Same', 1],
      ['default/Same-2', 'Same-2', 0],
      ['default/Same-4', 'Same', 1],
      ['default/Other', 'Other', 0],
    ]);
    expect(jobs['default/Same']?.warnings[0]).toContain('is the name of 3 jobs');
  });
});
