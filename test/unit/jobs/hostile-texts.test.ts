import { describe, expect, it } from 'vitest';
import { problemOf, readJobs } from './fixtures.ts';

const AZURE = 'azure-pipelines.yml';
const CIRCLECI = '.circleci/config.yml';
const GITHUB = '.github/workflows/ci.yml';
const GITLAB = '.gitlab-ci.yml';
/** As long as fits into a file. */
const fill = (part: string): string => part.repeat(Math.floor(250_000 / part.length));
const manyJobs = (count: number, job: string): string =>
  `jobs:\n${Array.from({ length: count }, (_, at) => `  j${at}: { ${job} }\n`).join('')}`;
const SIXTEEN = `[${Array.from({ length: 16 }, (_, at) => at).join(', ')}]`;
const quote = (text: string): string => JSON.stringify(text);

it('of which nobody knows all is named', async () => {
  const matrix = `{ s: [*s], a: ${SIXTEEN}, b: ${SIXTEEN} }`;
  const text = `on: push\nx: &s "${'a'.repeat(20_000)}"\ny: &m ${matrix}\n${manyJobs(2, 'strategy: { matrix: *m }')}`;
  const { j0 } = await readJobs(GITHUB, text);
  expect([j0?.rows, j0?.unknowns]).toMatchObject([[], [{ where: 'jobs.j0.strategy.matrix' }]]);
  const chosen = await readJobs(GITHUB, text, { matrix: { a: '3' } });
  expect(chosen.j1?.unknowns).toEqual([]);
});

describe('a text that is made to take long', () => {
  it.each<readonly [string, string, string]>([
    ['an environment of open variables', AZURE, `jobs: [{ job: a, environment: ${quote(fill('$('))} }]`],
    ['a job name of open expressions', AZURE, `jobs: [{ job: ${quote(fill(`\${{ `))} }]`],
    [
      'a connection of open variables',
      AZURE,
      `jobs: [{ job: a, steps: [{ inputs: { azureSubscription: ${quote(fill('$['))} } }] }]`,
    ],
    ['a directive of spaces', AZURE, `jobs:\n- ? ${quote(`\${{ if a${fill(' ')}b }}`)}\n  : [{ job: a }]`],
    [
      'many branches of one if',
      AZURE,
      `jobs:\n- \${{ if variables.a }}: [{ job: x }]\n${(`- \${{ elseif variables.b }}: []\n`).repeat(5_000)}`,
    ],
    [
      'a number of digits',
      AZURE,
      `parameters: [{ name: p, default: ${quote(`${fill('1')}x`)} }]\njobs: [{ job: a, environment: "$` +
        `{{ eq(1, parameters.p) }}" }]`,
    ],
    [
      'a format that repeats a long text',
      AZURE,
      `parameters: [{ name: p, default: ${quote(fill('y'))} }]\njobs: [{ job: a, environment: "$` +
        `{{ format('${'{0}'.repeat(1_300)}', parameters.p) }}" }]`,
    ],
    [
      'a long text again and again',
      AZURE,
      `parameters: [{ name: p, default: ${quote('y'.repeat(16_000))} }]\njobs: [{ job: a, environment: "${(`\${{ parameters.p }}`).repeat(10_000)}" }]`,
    ],
    [
      'a pattern of backslashes',
      CIRCLECI,
      `workflows: { w: { when: { matches: { pattern: ${quote(`${fill('\\').slice(0, 120_000)}x`)}, value: a } }, jobs: [a] } }`,
    ],
    [
      'a filter of backslashes',
      CIRCLECI,
      `workflows: { w: { jobs: [{ a: { filters: { branches: { only: ${quote(`/${fill('\\').slice(0, 120_000)}x/`)} } } } }] } }`,
    ],
    [
      'a value of open brackets',
      CIRCLECI,
      `workflows: { w: { when: { equal: [a, ${quote(fill('<<'))}] }, jobs: [a] } }`,
    ],
    [
      'one great matrix in many jobs',
      CIRCLECI,
      `m: &m\n  parameters: { ${Array.from({ length: 100 }, (_, at) => `a${at}: [1, 2, 3]`).join(', ')} }\n` +
        `  exclude: [${'{ a0: 1, a1: 9 }, '.repeat(1_000)}]\n` +
        `workflows: { w: { jobs: [${Array.from({ length: 1_000 }, (_, at) => `{ j${at}: { matrix: *m } }`).join(', ')}] } }`,
    ],
    [
      'one matrix with a long text in every row in many jobs',
      GITHUB,
      `on: push\nx: &s "${'a'.repeat(20_000)}"\ny: &m { s: [*s], a: ${SIXTEEN}, b: ${SIXTEEN}, include: [` +
        `${'{ s: *s, a: 99 }, '.repeat(250)}] }\n${manyJobs(100, 'strategy: { matrix: *m }')}`,
    ],
    [
      'many rows that are put into one matrix of many jobs',
      GITHUB,
      `on: push\ny: &m { a: ${SIXTEEN}, b: ${SIXTEEN}, include: [` +
        `${Array.from({ length: 250 }, (_, at) => `{ c: ${at} }`).join(', ')}] }\n${manyJobs(100, 'strategy: { matrix: *m }')}`,
    ],
    [
      'one long condition in many jobs',
      GITHUB,
      `on: push\nx: &e "a${` || github.ref == 'a'`.repeat(900)}"\n${manyJobs(1_000, 'if: *e')}`,
    ],
    [
      'many open expressions in many jobs',
      GITHUB,
      `on: push\nx: &e "${(`\${{ vars.a }}`).repeat(1_500)}"\n${manyJobs(1_000, 'environment: *e')}`,
    ],
    [
      'an expression that makes the same long text again and again',
      GITHUB,
      `on: push\nx: &e "\${{ ${`format('{0}', `.repeat(40)}'${'y'.repeat(15_000)}'${')'.repeat(40)} }}"\n` +
        manyJobs(1_000, 'environment: *e'),
    ],
    [
      'one long text again and again in a matrix of many jobs',
      GITHUB,
      `on: push\nx: &s "${'a'.repeat(200_000)}"\ny: &l [${'*s, '.repeat(9_000)}]\n` +
        manyJobs(10, 'strategy: { matrix: { a: *l } }'),
    ],
    [
      'one great matrix in many jobs, of GitLab',
      GITLAB,
      `.m: &m [${`{ a: ${SIXTEEN}, b: ${SIXTEEN} }, `.repeat(250)}]\n` +
        Array.from({ length: 10 }, (_, at) => `j${at}: { parallel: { matrix: *m }, script: x }\n`).join(''),
    ],
    ['an expression of open brackets', CIRCLECI, `workflows: { w: { when: ${quote(fill('<< '))}, jobs: [a] } }`],
  ])('is read or refused: %s', async (_, path, text) => {
    expect(['none', 'invalid_request']).toContain((await problemOf(() => readJobs(path, text)))[0]);
  });
});
