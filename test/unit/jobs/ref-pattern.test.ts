import { describe, expect, it } from 'vitest';
import { matchesRefPattern, matchesRefPatterns } from '../../../daemon/jobs/workflows/ref-pattern.ts';

describe('a filter pattern', () => {
  it.each([
    ['main', 'main'],
    ['feature/*', 'feature/my-branch'],
    ['feature/**', 'feature/beta-a/my-branch'],
    ['**', 'all/the/branches'],
    ['*feature', 'mona-feature'],
    ['v2*', 'v2.9'],
    ['v[12].[0-9]+.[0-9]+', 'v1.10.1'],
    ['releases/mona?-x', 'releases/mon-x'],
    ['**/octocat', 'octocat'],
    ['**/octocat', 'deep/er/octocat'],
    ['a\\*b', 'a*b'],
    ['[a-c]x', 'bx'],
  ])('%s matches %s', (pattern, name) => {
    expect(matchesRefPattern(pattern, name)).toBe(true);
  });

  it.each([
    ['main', 'mainly'],
    ['main', 'Main'],
    ['*', 'a/b'],
    ['feature/*', 'feature/a/b'],
    ['v[12].[0-9]+', 'v3.1'],
    ['**/octocat', 'xoctocat'],
    ['a\\*b', 'axb'],
    ['m.in', 'main'],
    ['', 'main'],
  ])('%s does not match %s', (pattern, name) => {
    expect(matchesRefPattern(pattern, name)).toBe(false);
  });

  it('is taken back by a later one', () => {
    const patterns = ['releases/**', '!releases/**-alpha', 'releases/special-alpha'];
    const seen = ['releases/1', 'releases/1-alpha', 'releases/special-alpha'].map((name) =>
      matchesRefPatterns(patterns, name),
    );
    expect(seen).toEqual([true, false, true]);
  });

  it('takes no longer for a hostile one', () => {
    expect(matchesRefPattern('*a'.repeat(255), `${'a'.repeat(511)}b`)).toBe(false);
    expect(matchesRefPattern('a+'.repeat(255), `${'a'.repeat(511)}b`)).toBe(false);
  });
});
