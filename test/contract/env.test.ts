import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { askGithub, type GithubAnswer, openJobRunner } from '../support/job.ts';
import { BUNDLE, cleanEnvironment, NODE, type Outcome, run } from '../support/program.ts';

let daemon: Daemon;
let env: Record<string, string>;
beforeAll(async () => {
  daemon = await startDaemon();
  env = { ...openJobRunner(daemon).env };
});
afterAll(() => daemon.stop());

const printEnv = (...words: string[]): Promise<Outcome> =>
  daemon.cli(['env', '--as', 'github-actions', ...words], { env });
const idOf = ({ stderr }: Outcome): string => /runs end ([0-9a-f]+)/.exec(stderr)?.[1] ?? '';

/** Asks for a token with nothing but these variables. */
async function askWith(variables: Record<string, string>): Promise<Partial<GithubAnswer>> {
  const [file = '', ...words] = askGithub();
  const { stdout } = await run(file, words, { env: variables }).done;
  return stdout === '' ? {} : (JSON.parse(stdout) as GithubAnswer);
}

const readDotenv = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

it('prints for a shell what it can evaluate', async () => {
  const { code, stdout } = await printEnv();
  expect(code).toBe(0);
  const [file = '', ...words] = askGithub();
  const asked = await run('/bin/sh', ['-c', `eval "$SETTINGS"; exec "$0" "$@"`, file, ...words], {
    env: { PATH: '/bin:/usr/bin', SETTINGS: stdout },
  }).done;
  expect(JSON.parse(asked.stdout)).toMatchObject({ status: 200, value: expect.stringMatching(/^eyJ/) });
});

it('prints for act and docker what they read as it is', async () => {
  const { code, stdout } = await printEnv('--format', 'dotenv');
  expect(code).toBe(0);
  expect(await askWith(readDotenv(stdout))).toMatchObject({ status: 200 });
});

it.each([['--format', 'json'], ['--json']])('prints one JSON value for %s', async (...flags) => {
  const { code, stdout } = await printEnv(...flags);
  expect(code).toBe(0);
  const {
    variables,
    run: started,
    unset,
  } = JSON.parse(stdout) as {
    variables: Record<string, string>;
    run: { id: string };
    unset: string[];
  };
  expect(await askWith(variables)).toMatchObject({ status: 200 });
  expect(started.id).toMatch(/^[0-9a-f]{16}$/);
  expect(unset).toEqual(expect.arrayContaining(['GITLAB_CI']));
});

it('writes a file for its owner alone, whatever was readable at its place before', async () => {
  const file = join(env.XDG_RUNTIME_DIR ?? '', '.job.env');
  writeFileSync(file, 'OLD=1\n');
  chmodSync(file, 0o644);
  const { code, stdout, stderr } = await printEnv('--format', 'dotenv', '--output', file);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain(`wrote the environment to "${file}"`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await askWith(readDotenv(readFileSync(file, 'utf8')))).toMatchObject({ status: 200 });
});

it('says with --json which run a file is for, and nothing of what it may ask with', async () => {
  const file = join(env.XDG_RUNTIME_DIR ?? '', 'json.env');
  const { code, stdout } = await printEnv('--json', '--format', 'dotenv', '--output', file);
  const secret = readDotenv(readFileSync(file, 'utf8')).ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? '';
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ file, run: { id: expect.stringMatching(/^[0-9a-f]{16}$/) } });
  expect(secret).not.toBe('');
  expect(stdout).not.toContain(secret);
});

it('follows no link where a file is to be, and starts no job then', async () => {
  const link = join(env.XDG_RUNTIME_DIR ?? '', 'link.env');
  symlinkSync('elsewhere.env', link);
  const before = (await daemon.cli(['runs', 'list', '--json'])).stdout;
  const { code, stderr } = await printEnv('--output', link);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `mintmark: ${JSON.stringify(link)} is no regular file: name another one\n`,
  });
  expect((await daemon.cli(['runs', 'list', '--json'])).stdout).toBe(before);
});

it('has only the variables that are named', async () => {
  const { stdout } = await printEnv('--format', 'dotenv', '--only', 'ACTIONS_ID_TOKEN_*', '--only', 'CI');
  expect(Object.keys(readDotenv(stdout)).sort()).toEqual([
    'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    'ACTIONS_ID_TOKEN_REQUEST_URL',
    'CI',
  ]);
});

it.each([['sh'], ['dotenv'], ['json']])(
  'writes nothing and ends the job where a name is not there (%s)',
  async (format) => {
    const file = join(env.XDG_RUNTIME_DIR ?? '', `missing-${format}.env`);
    const { code, stdout, stderr } = await printEnv(
      ...['--format', format, '--output', file, '--only', 'CI', '--only', 'ACTIONS_ID_TOKN_*', '--only', 'NOPE'],
    );
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: 'mintmark: --only: the job has no variable "ACTIONS_ID_TOKN_*", "NOPE"\n',
    });
    expect(existsSync(file)).toBe(false);
    const { items } = (await daemon.control('GET', '/runs')).json<{ items: { endedAt: string | null }[] }>();
    expect(items[0]?.endedAt).not.toBeNull();
  },
);

it('makes no directory, so that a slip of the pen is none', async () => {
  const directory = join(env.XDG_RUNTIME_DIR ?? '', 'nowhere');
  const { code, stderr } = await printEnv('--output', join(directory, 'job.env'));
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `mintmark: ${JSON.stringify(directory)} is not there: make it first, or name another one\n`,
  });
  expect(existsSync(directory)).toBe(false);
});

it.each([
  [0o022, 'can read the file'],
  [0o077, null],
])('warns of a file that others can read (umask %o)', async (umask, warning) => {
  const file = join(env.XDG_RUNTIME_DIR ?? '', `redirected-${umask}.env`);
  const words = [NODE, BUNDLE, 'env', '--as', 'github-actions'];
  const script = `umask ${umask.toString(8)}; exec "$@" > "$FILE"`;
  const { code, stderr } = await run('/bin/sh', ['-c', script, 'sh', ...words], {
    env: cleanEnvironment(daemon.home, { ...env, FILE: file }),
  }).done;
  expect(code).toBe(0);
  if (warning === null) expect(stderr).not.toContain('can read');
  else expect(stderr).toContain(warning);
});

it('unsets whatever the caller has of a family of another platform’s tokens', async () => {
  const { stdout } = await daemon.cli(['env', '--as', 'github-actions'], {
    env: { ...env, TFC_WORKLOAD_IDENTITY_TOKEN_AWS: 'x' },
  });
  expect(stdout).toMatch(/^unset .*\bTFC_WORKLOAD_IDENTITY_TOKEN_AWS\b/m);
});

it('keeps what the job asks with off proxies, as run does', async () => {
  const { stdout } = await daemon.cli(['env', '--as', 'github-actions', '--json'], {
    env: { ...env, HTTP_PROXY: 'http://proxy.example:3128', NO_PROXY: 'corp.example' },
  });
  const { variables } = JSON.parse(stdout) as { variables: Record<string, string> };
  expect(variables).toMatchObject({
    NO_PROXY: 'corp.example,localhost,127.0.0.1,::1',
    no_proxy: 'corp.example,localhost,127.0.0.1,::1',
  });
});

it.skipIf(!existsSync('/dev/full'))('ends the job when nobody can have been told of it', async () => {
  const words = [NODE, BUNDLE, 'env', '--as', 'github-actions'];
  const { code, stderr } = await run('/bin/sh', ['-c', 'exec "$@" > /dev/full', 'sh', ...words], {
    env: cleanEnvironment(daemon.home, env),
  }).done;
  expect({ code, stderr }).toEqual({ code: 3, stderr: 'mintmark: the output cannot be written (ENOSPC)\n' });
  const { items } = (await daemon.control('GET', '/runs')).json<{
    items: { endedAt: string | null; directory: string }[];
  }>();
  expect(items[0]?.endedAt).not.toBeNull();
  expect(existsSync(items[0]?.directory ?? '')).toBe(false);
});

it('says what a lease may be in its own words', async () => {
  for (const lease of ['2s', '25h']) {
    const { code, stderr } = await printEnv('--lease', lease);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `mintmark: --lease: '${lease}' is not between 10s and 1d\n` });
  }
});

it('says how long the job may ask', async () => {
  const { stdout } = await printEnv('--lease', '10m', '--json');
  const { run: started } = JSON.parse(stdout) as { run: { startedAt: string; leaseUntil: string; expiresAt: string } };
  const leaseMs = Date.parse(started.leaseUntil) - Date.parse(started.startedAt);
  expect(Math.round(leaseMs / 60_000)).toBe(10);
  expect(started.expiresAt > started.leaseUntil).toBe(true);
});

it('names on stderr what ends it, which then does, files and all', async () => {
  const outcome = await printEnv('--format', 'json');
  const { variables } = JSON.parse(outcome.stdout) as { variables: Record<string, string> };
  expect(existsSync(variables.GITHUB_OUTPUT ?? '')).toBe(true);
  const id = idOf(outcome);
  expect((await daemon.cli(['runs', 'list'])).stdout).toMatch(new RegExp(`^${id} .* lives `, 'm'));
  expect((await daemon.cli(['runs', 'end', id], { env })).code).toBe(0);
  expect(await askWith(variables)).toMatchObject({ status: 401 });
  expect(existsSync(variables.GITHUB_OUTPUT ?? '')).toBe(false);
});

it('leaves nothing behind where there is no job', async () => {
  const before = readdirSync(env.XDG_RUNTIME_DIR ?? '');
  expect((await printEnv('--set', 'nonsense=1')).code).toBe(2);
  expect((await printEnv('--lease', '2s')).code).toBe(2);
  expect((await printEnv('--format', 'xml')).code).toBe(2);
  expect(readdirSync(env.XDG_RUNTIME_DIR ?? '')).toEqual(before);
});

it('keeps the files of a run for their user alone', async () => {
  const { stdout } = await printEnv('--json');
  const { variables } = JSON.parse(stdout) as { variables: Record<string, string> };
  const temp = variables.RUNNER_TEMP ?? '';
  const { stdout: modes } = await run('stat', ['-c', '%a', temp, join(temp, 'owner.json')], {
    env: { PATH: '/bin:/usr/bin' },
  }).done;
  expect(modes.trim().split('\n')).toEqual(['700', '600']);
});
