import { describe, expect, test } from 'vitest';
import { referToEnvironment } from '../../../../extension/features/text/env-reference.ts';
import { makeToken } from './make-token.ts';

const token = makeToken();

/** The line after the fix; null where none is offered. `@` stands for the token. */
function mend(languageId: string, path: string, template: string): string | null {
  const line = template.replace('@', token);
  const start = line.indexOf(token);
  const reference = referToEnvironment({ languageId, path, line, start, end: start + token.length });
  return reference && line.slice(0, reference.start) + reference.text + line.slice(reference.end);
}

describe('a token becomes a reference to the environment', () => {
  test.each([
    ['dotenv', '/a/.env', 'A="@"', `A="\${MINTMARK_TOKEN}"`],
    ['plaintext', '/a/service.env', 'A=@', `A=\${MINTMARK_TOKEN}`],
    [
      'shellscript',
      '/a/run.sh',
      'curl -H "Authorization: Bearer @"',
      `curl -H "Authorization: Bearer \${MINTMARK_TOKEN}"`,
    ],
    ['shellscript', '/a/run.sh', "export TOKEN='@'", `export TOKEN="\${MINTMARK_TOKEN}"`],
    ['shellscript', '/a/run.sh', 'curl -H Authorization:@', `curl -H Authorization:\${MINTMARK_TOKEN}`],
    [
      'shellscript',
      '/a/run.sh',
      "curl -H 'Authorization: Bearer @' 'https://a.example'",
      `curl -H "Authorization: Bearer \${MINTMARK_TOKEN}" 'https://a.example'`,
    ],
    ['dotenv', '/a/.env', "A='@'", `A="\${MINTMARK_TOKEN}"`],
    ['properties', '/a/.env.local', "A='Bearer @'", `A="Bearer \${MINTMARK_TOKEN}"`],
    ['powershell', '/a/run.ps1', "$t = '@'", '$t = "$env:MINTMARK_TOKEN"'],
    ['powershell', '/a/run.ps1', "$h = 'Bearer @.'", `$h = "Bearer $env:MINTMARK_TOKEN."`],
    ['bat', '/a/run.cmd', 'set T=@', 'set T=%MINTMARK_TOKEN%'],
    ['makefile', '/a/Makefile', 'TOKEN=@', 'TOKEN=$(MINTMARK_TOKEN)'],
    ['shellscript', '/a/run.sh', `curl -d '{"token":"@"}'`, `curl -d '{"token":"'"\${MINTMARK_TOKEN}"'"}'`],
    ['shellscript', '/a/run.sh', `echo "it's @"`, `echo "it's \${MINTMARK_TOKEN}"`],
    ['shellscript', '/a/run.sh', String.raw`echo it\'s @`, `echo it\\'s \${MINTMARK_TOKEN}`],
    ['fish', '/a/run.fish', "set T '@'", 'set T "$MINTMARK_TOKEN"'],
    ['dockercompose', '/a/docker-compose.yml', 'T: "@"', `T: "\${MINTMARK_TOKEN}"`],
    ['yaml', '/a/compose.yaml', "token: '@'", `token: '\${MINTMARK_TOKEN}'`],
    ['yaml', '/a/.github/workflows/ci.yml', "token: '@'", `token: '\${{ secrets.MINTMARK_TOKEN }}'`],
    ['powershell', '/a/run.ps1', '$t = "@"', '$t = "$env:MINTMARK_TOKEN"'],
    ['http', '/a/calls.http', 'Authorization: Bearer @', 'Authorization: Bearer {{$processEnv MINTMARK_TOKEN}}'],
    ['yaml', '/a/.github/workflows/ci.yml', 'token: @', `token: \${{ secrets.MINTMARK_TOKEN }}`],
    ['yaml', '/a/.gitlab-ci.yml', 'X: @', 'X: $MINTMARK_TOKEN'],
    ['yaml', '/a/compose.yaml', 'token: @', `token: \${MINTMARK_TOKEN}`],
    ['jsonc', '/a/.vscode/launch.json', '"K": "@"', `"K": "\${env:MINTMARK_TOKEN}"`],
    ['typescript', '/a/x.ts', "const t = '@';", 'const t = process.env.MINTMARK_TOKEN;'],
    ['javascript', '/a/x.js', "f('Bearer @');", `f(\`Bearer \${process.env.MINTMARK_TOKEN}\`);`],
    ['javascript', '/a/x.js', 'f(`Bearer @`);', `f(\`Bearer \${process.env.MINTMARK_TOKEN}\`);`],
    ['python', '/a/x.py', 't = "@"', 't = os.environ["MINTMARK_TOKEN"]'],
    ['python', '/a/x.py', 'h("Bearer @")', `h(f"Bearer {os.environ['MINTMARK_TOKEN']}")`],
    ['ruby', '/a/x.rb', "t = '@'", 't = ENV.fetch("MINTMARK_TOKEN")'],
    ['go', '/a/x.go', 't := "@"', 't := os.Getenv("MINTMARK_TOKEN")'],
    ['java', '/a/X.java', 'var t = "@";', 'var t = System.getenv("MINTMARK_TOKEN");'],
  ])('in %s, %s', (language, path, before, after) => expect(mend(language, path, before)).toBe(after));
});

test('the settings of the editor, which expand nothing, are offered none, and a script of GitLab none in its quotes', () => {
  expect(mend('jsonc', '/a/.vscode/settings.json', '"K": "@"')).toBeNull();
  expect(mend('yaml', '/a/.gitlab-ci.yml', `- curl -d '{"token":"@"}'`)).toBeNull();
});

describe('nothing is offered where it would change what the program says', () => {
  test.each([
    ['JSON', 'json', '{"token":"@"}'],
    ['C', 'c', 'char *t = "@";'],
    ['Swift', 'swift', 'let t = "@"'],
    ['Terraform', 'terraform', 'token = "@"'],
    ['YAML that nobody expands', 'yaml', 'token: @'],
    ['text', 'plaintext', 'the token @'],
    ['a log', 'log', 'Bearer @'],
    ['a Dockerfile, whose build knows no variable of the machine', 'dockerfile', 'ENV T=@'],
    ["a shell's string with escapes", 'shellscript', "echo $'a@'"],
    ['a string of a shell that goes on', 'shellscript', "curl -d '@"],
    ['a quoted string of PowerShell with a backtick', 'powershell', "'a`b @'"],
    ['a value of a .env file with a quote in it', 'dotenv', `A='"@"'`],
    ['a comment', 'typescript', '// @'],
    ['a string with a placeholder', 'typescript', `f(\`\${kind} @\`)`],
    ['a string with a brace', 'python', 'f("{} @")'],
    ['a formatted string', 'python', 'f(f"Bearer @")'],
    ['an escaped quote', 'javascript', String.raw`f("{\"token\":\"@\"}")`],
    ['a string that goes on', 'javascript', "f('@"],
    ['a prefix that the language cannot put together shortly', 'go', 'f("Bearer @")'],
  ])('in %s', (_, language, line) => expect(mend(language, '/a/x', line)).toBeNull());
});
