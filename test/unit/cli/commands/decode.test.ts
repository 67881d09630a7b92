import { expect, test } from 'vitest';
import { runCli } from '../../../../daemon/cli/run-cli.ts';
import { createTestIo } from '../test-io.ts';

const NOW = 1_800_000_000;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const TOKEN = `${encode({ alg: 'none' })}.${encode({ sub: '\u001b[2Jme', exp: NOW - 60 })}.`;

async function decode(argv: readonly string[], options?: Parameters<typeof createTestIo>[0]) {
  const io = createTestIo(options);
  const code = await runCli(['decode', ...argv], io);
  return { code, stdout: io.stdoutText(), stderr: io.stderrText() };
}

test('decode shows header, claims, times in words and findings, as not verified', async () => {
  const { code, stdout, stderr } = await decode([TOKEN]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^not verified\n/);
  expect(stdout).toContain('"alg": "none"');
  expect(stdout).toContain('exp  2027-01-15T07:59:00Z  expired 1 min ago');
  expect(stdout).toContain('alg_none');
});

test('a claim cannot clear the screen', async () => {
  const { stdout } = await decode([TOKEN]);
  expect(stdout).not.toContain('\u001b');
  expect(stdout).toContain('\\u001b[2Jme');
});

test('a terminal gets colour around it', async () => {
  const { stdout } = await decode([TOKEN], { isTTY: true });
  expect(stdout.startsWith('\u001b[33mnot verified\u001b[0m\n')).toBe(true);
});

test('--json has the same and says that it is not verified', async () => {
  const { stdout } = await decode(['-', '--json'], { stdin: `${TOKEN}\n` });
  expect(JSON.parse(stdout)).toMatchObject({ verified: false, kind: 'jws', header: { alg: 'none' } });
});

test('a text that is no token is refused, with what is wrong', async () => {
  const { code, stdout } = await decode(['hello']);
  expect(code).toBe(1);
  expect(stdout).toContain('not_a_token');
});
