import { expect, it } from 'vitest';
import { namesOf } from '../../fixtures.ts';
import { readAzure } from './fixtures.ts';

const TOO_MUCH = 'the rows of the matrix, which are too much to list';

/** Jobs that share a matrix of `rows` rows of `columns` variables with one long text. */
function write(jobs: number, rows: number, columns: number, length: number): string {
  const list = (count: number, name: string, value: string): string =>
    Array.from({ length: count }, (_, at) => `${name}${at}: ${value}`).join(', ');
  const head = `x: &x ${'b'.repeat(length)}\nr: &r { ${list(columns, 'v', '*x')} }\nm: &m { ${list(rows, 'r', '*r')} }\njobs:\n`;
  return head + Array.from({ length: jobs }, (_, at) => `- { job: a${at}, strategy: { matrix: *m } }\n`).join('');
}

it('a matrix of Azure Pipelines that is too much to list is named, and the row that is asked for is taken', async () => {
  const { a0 } = await readAzure(write(1, 90, 90, 20_000));
  expect([a0?.rows, a0?.unknowns]).toMatchObject([[], [{ expression: TOO_MUCH, where: 'a0.strategy.matrix' }]]);
  const chosen = await readAzure(write(1, 90, 90, 20_000), {}, { matrix: { 'agent.jobname': 'r7' } });
  expect([chosen.a0?.job.jobId, namesOf(chosen.a0)]).toEqual(['r7', []]);
});

it('matrices of many jobs of Azure Pipelines are listed as long as all of them together are not too much', async () => {
  const jobs = await readAzure(write(200, 20, 20, 10));
  const counts = Object.values(jobs).map(({ rows }) => rows.length);
  expect([counts[0], counts[30], counts.at(-1)]).toEqual([20, 20, 0]);
});
