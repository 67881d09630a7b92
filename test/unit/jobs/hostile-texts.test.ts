import { describe, expect, it } from 'vitest';
import { problemOf, readJobs } from './fixtures.ts';

const AZURE = 'azure-pipelines.yml';
const CIRCLECI = '.circleci/config.yml';
/** As long as fits into a file. */
const fill = (part: string): string => part.repeat(Math.floor(250_000 / part.length));
const quote = (text: string): string => JSON.stringify(text);

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
    ['an expression of open brackets', CIRCLECI, `workflows: { w: { when: ${quote(fill('<< '))}, jobs: [a] } }`],
  ])('is read or refused: %s', async (_, path, text) => {
    expect(['none', 'invalid_request']).toContain((await problemOf(() => readJobs(path, text)))[0]);
  });
});
