import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findCommand } from '../../../../daemon/cli/commands.ts';
import { runCli } from '../../../../daemon/cli/run-cli.ts';
import { tellError } from '../../../../daemon/cli/terminal/tell-error.ts';
import { isProblemCode, MintmarkError } from '../../../../daemon/problem.ts';
import { PROJECT } from '../../../support/program.ts';
import { createTestIo } from '../test-io.ts';

const source = readFileSync(join(PROJECT, 'daemon/problem.ts'), 'utf8');
const codes = Array.from(source.matchAll(/^ {2}(\w+): \[/gm), ([, code = '']) => code).filter(isProblemCode);

/** The words of the commands that are named below the line that says what is wrong. */
function listHints(told: string): string[][] {
  const [, ...hints] = told.trimEnd().split('\n');
  return hints.map((line) => (/^ {2}[^:]+: mintmark (.+)$/.exec(line)?.[1] ?? '').split(' '));
}

test('every command that an error names is one that there is', async () => {
  const named = codes.flatMap((code) => {
    const io = createTestIo();
    tellError(io, new MintmarkError(code), {});
    return listHints(io.stderrText());
  });
  expect(named.length).toBeGreaterThan(10);
  for (const words of named) {
    expect(findCommand(words), words.join(' ')).toBeDefined();
    const path = words.filter((word, index) => index < 2 && !word.startsWith('-'));
    const help = createTestIo();
    expect(await runCli([...path, '--help'], help), words.join(' ')).toBe(0);
    const flags = words.filter((word) => word.startsWith('--'));
    expect(flags.filter((flag) => !help.stdoutText().includes(flag))).toEqual([]);
  }
});

test('with --json an error names none: its code is what a program goes by', () => {
  const io = createTestIo();
  tellError(io, new MintmarkError('issuer_not_found', 'There is no issuer a'), { json: true });
  expect(JSON.parse(io.stderrText())).toEqual({ error: { code: 'issuer_not_found', message: 'There is no issuer a' } });
});
