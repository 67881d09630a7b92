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

  test('of the whole says of each command the same when that command was loaded for it', async () => {
    for (const { name, summary } of COMMANDS) {
      const { stdout } = await run(['--help', name]);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(` ${summary} `);
    }
  });

  test('can be asked for as a command', async () => {
    expect(await run(['help', 'mint'])).toMatchObject({ code: 0, stdout: expect.stringContaining('--claims-file') });
  });

  test('fits a terminal of 60 characters, and offers no default that is a list of nothing', async () => {
    for (const path of await listCommandPaths()) {
      const { stdout } = await run([...path, '--help'], { isTTY: true, columns: 60 });
      const tooLong = stdout.split('\n').filter((line) => line.length > 60 && line.trim().includes(' '));
      expect({ path, tooLong }).toEqual({ path, tooLong: [] });
      expect(stdout).not.toContain('default: []');
    }
  });

  test('says of the commands that create an issuer that they do, and of the one that lists jobs that it needs none', async () => {
    const describeAs = async (...path: string[]) =>
      /^ {2}--as <platform>(.*\n(?: {10,}.*\n)*)/m
        .exec((await run([...path, '--help'])).stdout)?.[1]
        ?.replaceAll(/\s+/g, ' ')
        .trim();
    for (const command of ['mint', 'run', 'env']) expect(await describeAs(command)).toContain('created when it is not');
    expect(await describeAs('jobs', 'list')).toBe("as that platform's first issuer, which need not be there");
  });

  test('has no colour in a pipe', async () => {
    expect((await run(['mint', '--help'])).stdout).not.toContain('\u001b');
  });
});

test('the version is one line', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, stdout: '0.0.0-source\n', stderr: '' });
});

test('the version is one JSON value with --json', async () => {
  for (const argv of [
    ['--version', '--json'],
    ['--json', '-V'],
  ])
    expect(await run(argv)).toEqual({ code: 0, stdout: '{"version":"0.0.0-source"}\n', stderr: '' });
});

describe('wrong usage', () => {
  test.each([
    [[]],
    [['frobnicate']],
    [['mint', '--frobnicate']],
    [['mint', '--ttl', 'soon']],
    [['mint', '--claim', 'novalue']],
    [['mint', '--issuer', 'a', '--as', 'b']],
    [['mint', '--issuer', '']],
    [['mint', '--as', 'nonesuch']],
    [['keys', 'list', '--issuer', '']],
    [['status', '--home', '']],
    [['clock', 'freeze', 'tomorrow']],
    [['start', '--idle-exit', '0']],
    [['mnt']],
    [['keys', 'revoke', 'kid', '--isuer', 'x']],
    [['mint', '--claims-file', '/nonexistent']],
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

  test.each([['keys'], ['events'], ['platforms'], ['jobs']])(
    '%s alone names the help that lists its commands',
    async (name) => {
      expect((await run([name])).stderr).toBe(`mintmark: name a command; see mintmark ${name} --help\n`);
    },
  );

  test.each([
    [['keys', 'rotate', '--activate-after', '0s'], "--activate-after: '0s' is not between 1s and 365d"],
    [['keys', 'rotate', '--activate-after', '366d'], "--activate-after: '366d' is not between 1s and 365d"],
    [['keys', 'activate', 'kid', '--after', '0'], "--after: '0' is not between 1s and 365d"],
    [
      ['keys', 'activate', 'kid', '--after', '-5m'],
      "--after: '-5m' is no duration; write seconds or a form such as 90s, 5m, 1h30m, 7d",
    ],
    [['tokens', 'list', '--limit', 'all'], "--limit: 'all' is no whole number"],
    [['serve', '--port', '65536'], '--port: a port is 0 to 65535'],
    [['mint', '--issuer', ' '], '--issuer: the value is empty'],
    [['keys', 'schedule', '--every', '366d'], "--every: '366d' is not between 0s and 365d"],
    [
      ['keys', 'rotate', '--prepublish', '--activate-after', '1h'],
      "option '--prepublish' cannot be used with option '--activate-after <duration>'",
    ],
  ])('%j is told in the words of the command line', async (argv, told) => {
    expect(await run(argv)).toEqual({ code: 2, stdout: '', stderr: `mintmark: ${told}\n` });
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

  test('the commands that help are told for the state directory that was given', async () => {
    for (const argv of [['mint'], ['status']])
      expect((await run(argv)).stderr).toContain(`mintmark start --home ${home}`);
    const io = createTestIo({ env: { MINTMARK_HOME: home } });
    await runCli(['mint'], io);
    expect(io.stderrText()).toContain('mintmark start\n');
  });

  test.each([
    [['keys', 'revoke', '-Kid']],
    [['keys', 'activate', '--issuer', 'default', '-Kid']],
    [['keys', 'retire', `--${'k'.repeat(41)}`, '--json']],
    [['keys', 'export', '-Kid', '--format', 'pem']],
    [['keys', 'export', 'kid', '--output', '-file']],
    [['tokens', 'show', '-jti']],
    [['tokens', 'revoke', '--', '-jti']],
  ])('%j takes what begins with a hyphen for the name that it is', async (argv) => {
    expect((await run(argv)).code).toBe(3);
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
