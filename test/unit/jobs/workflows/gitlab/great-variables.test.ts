import { describe, expect, it } from 'vitest';
import { namesOf, readJobs } from '../../fixtures.ts';

const read = (text: string) => readJobs('.gitlab-ci.yml', text);
const manyJobs = (count: number, job: string): string =>
  Array.from({ length: count }, (_, at) => `j${at}: ${job}\n`).join('');

describe('variables of .gitlab-ci.yml that are made to cost much', () => {
  it('are not looked for where a text is cut off', async () => {
    const { a } = await read(`a: { environment: "${'b'.repeat(16_384)}$OPEN" }\n`);
    expect([a?.job.environment, namesOf(a)]).toEqual(['b'.repeat(16_384), []]);
  });

  it('are filled in in long texts as long as all of them together are not too much', async () => {
    const { j0, j199 } = await read(
      `variables: { V: "${'$$'.repeat(10_000)}", W: x }\n${manyJobs(200, '{ environment: "$W-$V" }')}`,
    );
    expect([j0?.job.environment, namesOf(j0)]).toEqual([`x-${'$'.repeat(8_192)}`, []]);
    expect([j199?.job.environment, namesOf(j199)]).toEqual(['$W-$V', ['$W']]);
  });

  it('stand for themselves in a long text, too, and are named', async () => {
    const { a } = await read(`variables: { V: "${'v'.repeat(1_000)}$V" }\na: { environment: $V }\n`);
    expect(namesOf(a)).toEqual(['$V']);
  });

  it.each([
    ['of one long text', `"$CI_COMMIT_BRANCH-${'b'.repeat(20_000)}"`, 100],
    ['without end', 'a', 20_000],
  ])('leave ID tokens %s that nobody here lists, which is named', async (_, audience, count) => {
    const tokens = `{ T: { aud: [&x ${audience}, ${'*x, '.repeat(count - 1)}] } }`;
    const { j0, j99 } = await read(`.t: { id_tokens: ${tokens} }\n${manyJobs(100, '{ extends: .t, script: [x] }')}`);
    expect([j0?.job.workflow?.idTokens.T?.length, namesOf(j0)]).toEqual([count, []]);
    expect([j99?.job.workflow, namesOf(j99)]).toEqual([null, ['the ID tokens, which are too much to list']]);
  });
});
