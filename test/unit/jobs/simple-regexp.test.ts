import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesRegexp } from '../../../daemon/jobs/workflows/simple-regexp.ts';

test.each([
  ['main', 'my-main-branch', true],
  ['^main$', 'main', true],
  ['^main$', 'mainline', false],
  ['^release/.+$', 'release/', false],
  ['^release\\/.+$', 'release/1.0', true],
  ['^(release|hotfix)/v\\d+\\.\\d+$', 'hotfix/v1.20', true],
  ['^(?:release|hotfix)/', 'feature/x', false],
  ['^v[0-9]+[a-z]?$', 'v12b', true],
  ['a|^b', 'xa', true],
  ['a|^b', 'xb', false],
  ['', 'anything', true],
  ['\\$', 'a$', true],
  ['a.c', 'abc', true],
])('/%s/ of %j is %j', (source, text, expected) => {
  expect(matchesRegexp(source, text)).toBe(expected);
  expect(new RegExp(source).test(text)).toBe(expected);
});

test('case is of no importance where it is said so', () => {
  expect(matchesRegexp('^ISSUE-\\d', 'issue-7', true)).toBe(true);
  expect(matchesRegexp('^ISSUE-\\d', 'issue-7')).toBe(false);
  expect(matchesRegexp('\\D', '7', true)).toBeNull();
});

test.each([
  '(a+)+$',
  '((a))',
  '(?=a)',
  '(?i)a',
  'a{2}',
  '[^a]',
  '\\bx',
  '*',
  'a**',
  '(',
  ')',
  '[',
  'a^b',
  'a\\',
  'x'.repeat(300),
])('nobody says what /%s/ matches', (source) => {
  expect(matchesRegexp(source, 'aaa')).toBeNull();
});

test('what is said is what a regular expression says', () => {
  const scrap = fc.constantFrom(
    'a',
    'b',
    '.',
    '\\d',
    '[a-b]',
    'a*',
    'b+',
    '1?',
    '^',
    '$',
    '|',
    '(a|b)',
    '(',
    ')',
    '\\.',
  );
  const source = fc.array(scrap, { maxLength: 6 }).map((parts) => parts.join(''));
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '.'), maxLength: 6 });
  fc.assert(
    fc.property(source, text, (one, other) => {
      const said = matchesRegexp(one, other);
      if (said !== null) expect(said).toBe(new RegExp(one).test(other));
    }),
    { numRuns: 3_000 },
  );
});
