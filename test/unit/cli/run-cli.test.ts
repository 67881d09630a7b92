import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS, findCommand } from '../../../daemon/cli/commands.ts';
import { runCli } from '../../../daemon/cli/run-cli.ts';
import { createTestIo, type TestIo } from './test-io.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'mintmark-'));
});
afterAll(() => rmSync(home, { recursive: true }));

async function run(argv: readonly string[], options?: Parameters<typeof createTestIo>[0]) {
  const io: TestIo = createTestIo(options);
  const code = await runCli(['--home', home, ...argv], io);
  return { code, stdout: io.stdoutText(), stderr: io.stderrText() };
}

/** The words of every command and subcommand. */
async function listCommandPaths(): Promise<string[][]> {
  const program = new Command();
  for (const entry of COMMANDS) (await entry.load())(program, async () => {});
  const walk = (command: Command, words: string[]): string[][] => [
    words,
    ...command.commands.flatMap((child) => walk(child, [...words, child.name()])),
  ];
  return walk(program, []).slice(1);
}

describe('help', () => {
  test('of every command goes to stdout and shows an example of that very command', async () => {
    for (const path of await listCommandPaths()) {
      const { code, stdout, stderr } = await run([...path, '--help']);
      expect({ path, code, stderr }).toEqual({ path, code: 0, stderr: '' });
      expect(stdout).toContain(`mintmark ${path.join(' ')}`);
      expect(stdout).toMatch(/Examples:\n {2}\$ mintmark /);
      expect(stdout).toContain('--json');
    }
  });

  test('of the whole lists every command', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const { name, summary } of COMMANDS)
      expect(stdout).toMatch(new RegExp(`^ {2}${name} .*${summary.slice(0, 12)}`, 'm'));
  });

  test('can be asked for as a command', async () => {
    expect(await run(['help', 'mint'])).toMatchObject({ code: 0, stdout: expect.stringContaining('--claims-file') });
  });

  test('has no colour in a pipe', async () => {
    expect((await run(['mint', '--help'])).stdout).not.toContain('\u001b');
  });
});

test('the version is one line', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, stdout: '0.0.0-source\n', stderr: '' });
});

describe('wrong usage', () => {
  test.each([
    [[]],
    [['frobnicate']],
    [['mint', '--frobnicate']],
    [['mint', '--ttl', 'soon']],
    [['mint', '--claim', 'novalue']],
    [['mint', '--issuer', 'a', '--as', 'b']],
    [['serve', '--port', '65536']],
    [['serve', '--port', '-1']],
    [['serve', '--passphrase-stdin', '--passphrase-fd', '0']],
    [['issuers', 'create']],
    [['issuers', 'frobnicate']],
    [['keys', 'schedule']],
    [['keys', 'schedule', '--off', '--every', '1d']],
    [['decode']],
    [['verify', 'a.b.c', '--url', 'https://issuer.example']],
    [['verify', 'a.b.c', '--audience', 'a']],
    [['verify', 'a.b.c', '--audience', 'a', '--url', 'not a URL']],
    [['verify', 'a.b.c', '--audience', 'a', '--url', 'http://issuer.example']],
    [['verify', 'a.b.c', '--audience', 'a', '--url', 'https://issuer.example', '--leeway', '301']],
    [['verify', 'a.b.c', '--audience', 'a', '--jwks', '/nonexistent', '--watch']],
    [['verify', '--audience', 'a', '--url', 'https://issuer.example']],
  ])('%j is told on stderr in one line, exit 2', async (argv) => {
    const { code, stdout, stderr } = await run(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^mintmark: [^\n]+\n$/);
  });

  test('is one JSON value on stderr with --json', async () => {
    const { code, stdout, stderr } = await run(['mint', '--frobnicate', '--json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({ error: { code: 'usage', message: "unknown option '--frobnicate'" } });
  });
});

describe('without a daemon', () => {
  test.each([
    [['mint']],
    [['issuers', 'list']],
    [['tokens', 'show', 'x']],
    [['clock', 'show']],
    [['events', 'follow']],
  ])('%j exits 3 and says how to start one', async (argv) => {
    const { code, stdout, stderr } = await run(argv);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('mintmark start');
  });

  test('status says so and exits 3', async () => {
    const { code, stdout } = await run(['status', '--json']);
    expect({ code, answer: JSON.parse(stdout) }).toEqual({ code: 3, answer: { running: false, home } });
  });

  test('stop has nothing to do', async () => {
    expect(await run(['stop', '--json'])).toEqual({ code: 0, stdout: '{"stopped":false}\n', stderr: '' });
  });

  test('doctor finds no fault in a directory that is still empty', async () => {
    const { code, stdout } = await run(['doctor', '--json']);
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: { name: string }[] };
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(checks.map(({ name }) => name)).toContain('database');
  });
});

describe('the called command is found', () => {
  test.each([
    [['mint'], 'mint'],
    [['--json', 'mint', 'verify'], 'mint'],
    [['--home', 'mint', 'verify'], 'verify'],
    [['help', 'keys'], 'keys'],
    [['--help'], undefined],
    [['frobnicate', 'mint'], undefined],
  ])('in %j', (argv, name) => {
    expect(findCommand(argv)?.name).toBe(name);
  });
});
