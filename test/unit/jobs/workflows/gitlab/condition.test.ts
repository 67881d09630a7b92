import { expect, test } from 'vitest';
import { decideGitlabCondition } from '../../../../../daemon/jobs/workflows/gitlab/condition.ts';

const VARIABLES: Readonly<Record<string, string | null>> = {
  CI_PIPELINE_SOURCE: 'push',
  CI_COMMIT_BRANCH: 'release/1.2',
  CI_COMMIT_TAG: null,
  EMPTY: '',
  PATTERN: '/^release/',
};
const decide = (text: string, left = 1_000) => {
  const read = (name: string) => (Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined);
  return decideGitlabCondition(text, { read, budget: { left } });
};

test.each([
  ['$CI_COMMIT_BRANCH', true],
  ['$CI_COMMIT_TAG', false],
  ['$EMPTY', false],
  ['$SECRET', null],
  ['$CI_PIPELINE_SOURCE == "push"', true],
  ["$CI_PIPELINE_SOURCE != 'push'", false],
  ['"push" == $CI_PIPELINE_SOURCE', true],
  ['$CI_COMMIT_TAG == null', true],
  ['$EMPTY == null', false],
  ['$EMPTY == ""', true],
  ['$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH', null],
  // A merge request or a tag has no branch, and every project has a default branch.
  ['$CI_COMMIT_TAG == $CI_DEFAULT_BRANCH', false],
  ['$CI_DEFAULT_BRANCH == $CI_COMMIT_TAG', false],
  ['$CI_COMMIT_TAG != $CI_DEFAULT_BRANCH', true],
  ['$CI_DEFAULT_BRANCH == null', false],
  ['$CI_COMMIT_TAG == $SECRET', null],
  ['$CI_COMMIT_BRANCH =~ /^release\\/\\d/', true],
  ['$CI_COMMIT_BRANCH =~ $PATTERN', true],
  ['$CI_COMMIT_BRANCH =~ /^RELEASE/i', true],
  ['$CI_COMMIT_BRANCH !~ /^release/', false],
  ['$CI_COMMIT_BRANCH =~ /^(?=x)/', null],
  ['$CI_COMMIT_TAG =~ /x/', false],
  ['$CI_COMMIT_TAG !~ /x/', true],
  // `&&` goes before `||`, and a known half may decide.
  ['$CI_COMMIT_BRANCH || $SECRET && $CI_COMMIT_TAG', true],
  ['($CI_COMMIT_BRANCH || $SECRET) && $CI_COMMIT_TAG', false],
  ['$SECRET && $CI_COMMIT_TAG', false],
  ['$SECRET || $CI_COMMIT_BRANCH', true],
  ['$SECRET || $CI_COMMIT_TAG', null],
  ['$SECRET && $CI_COMMIT_BRANCH', null],
])('%s is %j', (text, expected) => {
  expect(decide(text)).toBe(expected);
});

test.each([
  '',
  '$A ==',
  '== "x"',
  '$CI_COMMIT_BRANCH $CI_COMMIT_BRANCH',
  '(',
  '$CI_COMMIT_BRANCH )',
  '$X & $Y',
  '"x',
  'true',
])('%j, which is no condition, is not decided', (text) => {
  expect(decide(text)).toBeNull();
});

test('a condition is long or deep only in a file that means harm', () => {
  expect(decide(`${'('.repeat(60)}$CI_COMMIT_BRANCH${')'.repeat(60)}`)).toBeNull();
  expect(decide(`$CI_COMMIT_BRANCH ${'|| $CI_COMMIT_BRANCH '.repeat(300)}`)).toBeNull();
  expect(decide('$CI_COMMIT_BRANCH', 0)).toBeNull();
});
