import { describe, expect, it } from 'vitest';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { readJobs } from '../../fixtures.ts';

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

  // Bitbucket docs: "Use glob patterns on the Pipelines yaml file": the more specific overrides the more generic
  it.each<readonly [string, readonly string[]]>([
    ['main', ['Main']],
    ['feature/bb-123-x', ['Narrow']],
    ['feature/bb-9', ['Wide']],
    ['topic', ['Star']],
    ['deep/topic', ['All']],
  ])('is started by the most specific pattern of %s alone', async (branch, names) => {
    const patterns = {
      "'**'": 'All',
      "'*'": 'Star',
      main: 'Main',
      'feature/bb-*': 'Wide',
      'feature/bb-123-*': 'Narrow',
    };
    const lines = Object.entries(patterns).map(([pattern, name]) => `${pattern}: [{ step: { name: ${name} } }]`);
    const text = (section: string): string => `pipelines: { ${section}: { ${lines.join(', ')} } }`;
    for (const [section, query] of [
      ['branches', { ref: `refs/heads/${branch}` }],
      ['tags', { event: 'tag', ref: `refs/tags/${branch}` }],
      ['pull-requests', { event: 'pull_request', options: { head: branch } }],
    ] as const) {
      const jobs = Object.values(await readJobs(PATH, text(section), query));
      expect(
        jobs.flatMap(({ name, isLeftOut }) => (isLeftOut ? [] : [name])),
        section,
      ).toEqual(names);
    }
  });

  it('with several patterns in one leaves open which of them comes first', async () => {
    const text = "pipelines: { branches: { '{main,dev}': [{ step: { name: a } }], main: [{ step: { name: b } }] } }";
    const jobs = Object.values(await readJobs(PATH, text, { ref: 'refs/heads/main' }));
    expect(jobs.map(({ isLeftOut, warnings }) => [isLeftOut, warnings])).toEqual([
      [false, ['branches/{main,dev}: branches/main may be started in its place']],
      [false, ['branches/main: branches/{main,dev} may be started in its place']],
    ]);
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
