import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../support/program.ts';

const FILE = join(PROJECT, '../shared/vectors/naughty-strings/blns.json');

/** What a page, a Markdown renderer or an editor may take for more than text. */
const OURS = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '"><svg onload=alert(1)>',
  '<iframe src="https://evil.example.test/"></iframe>',
  '[click](command:workbench.action.terminal.new)',
  '![x](https://evil.example.test/x.png)',
  '[x](https://evil.example.test/)',
  'https://evil.example.test/auto-link',
  'command:workbench.action.terminal.new',
  'vscode://mintmark.mintmark/callback?code=1',
  '$(zap) <span class="codicon codicon-flame"></span>',
  '\u0024{7*7} {{7*7}} %VAR%',
  'javascript:alert(1)',
  'file:///etc/passwd',
  '```\n# heading\n[x](command:workbench.action.quit)\n```',
  '\u202Egnitareper txet\u202C',
  '\u2066isolated\u2069 zero\u200Bwidth\uFEFF',
  '\u001b[31mred\u001b[0m\u0007',
  'line\u2028separator\u2029paragraph',
  'W'.repeat(10_000),
];

/** The Big List of Naughty Strings where it is at hand, and what is naughty in an editor. */
export const NAUGHTY_STRINGS: readonly string[] = [
  ...OURS,
  ...(existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as string[]) : []),
];

export const HAS_BIG_LIST = existsSync(FILE);
