import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { formatForDotenv, formatForShell } from '../../../../daemon/cli/jobs/format-environment.ts';
import { UNSAFE_CHARACTERS } from '../../../../daemon/token/safe-text.ts';

const AWKWARD = {
  PLAIN: 'repo:acme/widgets:ref:refs/heads/main',
  EMPTY: '',
  BLANKS: ' a  b ',
  QUOTES: `it's "so"`,
  DOLLAR: '$HOME `id` $(id) \\',
  LINES: 'first\nsecond\n',
  GLOB: '* ~ # ; & | > <',
  UNICODE: 'größe ✓',
};

describe('for a shell', () => {
  test('every value arrives as it is, whatever characters it has', () => {
    const text = formatForShell([], AWKWARD, null);
    const script = `${text}\nexec "$0" -e 'process.stdout.write(JSON.stringify(process.env))'`;
    const env = JSON.parse(execFileSync('/bin/sh', ['-c', script, process.execPath], { encoding: 'utf8' }));
    expect(env).toMatchObject(AWKWARD);
  });

  test('a terminal gets nothing that it would act on, and a shell the same value from it', () => {
    const values = { ...AWKWARD, ACTING: "\u001b[31mred\u202e it's 7\\ \u009b2J\u00e9\u0007 8" };
    const text = formatForShell([], values, '/run/\u001b[2J', true);
    expect(text.replaceAll('\n', '').search(UNSAFE_CHARACTERS)).toBe(-1);
    expect(text).toContain("export PLAIN='repo:acme/widgets:ref:refs/heads/main'");
    const script = `${text}\nexec "$0" -e 'process.stdout.write(JSON.stringify(process.env))'`;
    const env = JSON.parse(execFileSync('bash', ['-c', script, process.execPath], { encoding: 'utf8' }));
    expect(env).toMatchObject(values);
    expect(formatForShell([], values, null)).toContain("='\u001b[31mred");
  });

  test('what belongs to other platforms is unset, and programs come first on PATH', () => {
    const text = formatForShell(['GITLAB_CI'], {}, "/run/it's");
    const script = `${text}\nprintf '%s %s' "\${GITLAB_CI-gone}" "$PATH"`;
    const options = { encoding: 'utf8', env: { GITLAB_CI: 'true', PATH: '/bin' } } as const;
    expect(execFileSync('/bin/sh', ['-c', script], options)).toBe("gone /run/it's:/bin");
  });

  test('a name that no shell can export is left out', () => {
    expect(formatForShell(['a-b'], { 'INPUT_A-B': '1', 'x;id': '2' }, null)).toBe('');
  });
});

describe('for a dotenv file', () => {
  test.each([
    ['a=b&c=d?e', 'NAME=a=b&c=d?e'],
    ['two words', 'NAME=two words'],
    ['a#b', 'NAME=a#b'],
    ['{"a":"b"}', 'NAME={"a":"b"}'],
    ['', 'NAME='],
  ])('%j stands bare, as docker and act both read it', (value, line) => {
    expect(formatForDotenv({ NAME: value })).toEqual({ text: line, quoted: [] });
  });

  test.each(['$HOME', 'a #b', '#a', ' a', 'a ', '"a"', 'a\\b'])('%j is quoted for act, and that is said', (value) => {
    expect(formatForDotenv({ NAME: value })).toEqual({ text: `NAME='${value}'`, quoted: ['NAME'] });
  });

  test.each(['a\nb', 'a\rb', "$HOME's", 'a\\'])('%j cannot be said', (value) => {
    expect(() => formatForDotenv({ NAME: value })).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
