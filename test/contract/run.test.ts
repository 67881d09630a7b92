import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { ask } from '../support/http.ts';
import {
  askGithub,
  type GithubAnswer,
  type JobRunner,
  openJobRunner,
  readState,
  verifyByJose,
} from '../support/job.ts';
import { BUNDLE, cleanEnvironment, makeHome, NODE, run, runCli } from '../support/program.ts';
import { waitFor } from '../support/wait.ts';

let daemon: Daemon;
let jobs: JobRunner;
beforeAll(async () => {
  daemon = await startDaemon();
  jobs = openJobRunner(daemon);
});
afterAll(() => daemon.stop());

const AS_GITHUB = ['--as', 'github-actions'];
const sh = (script: string) => ['--', '/bin/sh', '-c', script];

interface RunView {
  readonly id: string;
  readonly endedAt: string | null;
  readonly leaseUntil: string;
}
const listRuns = async () => (await daemon.control('GET', '/runs')).json<{ items: RunView[] }>().items;

describe('mintmark run', () => {
  it('lets an unmodified client get a token that a third-party library verifies', async () => {
    const { code, stdout } = await jobs.run([...AS_GITHUB, '--', ...askGithub()]);
    expect(code).toBe(0);
    const { value } = JSON.parse(stdout) as GithubAnswer;
    expect(await verifyByJose(daemon, 'github-actions', value)).toMatchObject({
      aud: 'sts.amazonaws.com',
      sub: 'repo:acme/widgets:ref:refs/heads/main',
      repository_owner: 'acme',
    });
  });

  it('says on stderr whose job it is, and nothing on stdout', async () => {
    const { stdout, stderr } = await jobs.run([...AS_GITHUB, '--event', 'pull_request', ...sh('true')]);
    expect(stdout).toBe('');
    expect(stderr).toContain('repo:acme/widgets:pull_request');
    expect(stderr).toContain(`${daemon.baseUrl}/issuers/github-actions`);
    expect((await jobs.run([...AS_GITHUB, '--quiet', ...sh('true')])).stderr).toBe('');
  });

  it('gives the command its words, its directory and the rest of the environment', async () => {
    const script = 'console.log(JSON.stringify([process.argv.slice(1), process.cwd(), process.env.MINE]))';
    const words = ['--json', '--', '-h', 'a b', ''];
    const { stdout, code } = await jobs.run([...AS_GITHUB, '--', NODE, '-e', script, '--', ...words], {
      env: { MINE: 'mine' },
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([words, daemon.home, 'mine']);
  });

  it('takes what is behind the first word of the command for its own, also where -- was forgotten', async () => {
    const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
    const { code, stdout } = await jobs.run([...AS_GITHUB, NODE, '-p', script, '--', '--aud', 'x', '--json']);
    expect({ code, first: stdout.split('\n')[0] }).toEqual({ code: 0, first: '["--aud","x","--json"]' });
    const late = await jobs.run([NODE, '-v', ...AS_GITHUB]);
    expect(late).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('options stand before') });
  });

  it('takes away what makes a process think that it runs elsewhere', async () => {
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://elsewhere.example', GITHUB_ACTIONS: 'true' };
    const script = 'echo "$GITHUB_ACTIONS,$ACTIONS_ID_TOKEN_REQUEST_URL,$MINTMARK_ISSUER"';
    const { stdout } = await jobs.run(['--as', 'generic', ...sh(script)], { env });
    expect(stdout.trim()).toBe(`,,${daemon.baseUrl}/issuers/generic`);
  });

  it('lets no job act as its caller by what clients take for an identity, and leaves the caller’s own settings', async () => {
    const identities = {
      SIGSTORE_ID_TOKEN: 'x',
      NPM_ID_TOKEN: 'x',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/x',
      AZURE_FEDERATED_TOKEN_FILE: '/x',
      TFC_WORKLOAD_IDENTITY_TOKEN_AWS: 'x',
      MINTMARK_TOKEN: 'x',
      MIREN_OIDC_ISSUER_URL: 'http://x.example',
    };
    const settings = { AWS_PROFILE: 'mine', GOOGLE_APPLICATION_CREDENTIALS: '/mine' };
    const names = [...Object.keys(identities), ...Object.keys(settings)];
    const script = `console.log(${JSON.stringify(names)}.filter((name) => name in process.env).join())`;
    const words = [...AS_GITHUB, '--event', 'fork', '--', NODE, '-e', script];
    const { stdout } = await jobs.run(words, { env: { ...identities, ...settings } });
    expect(stdout.trim()).toBe(Object.keys(settings).join());
  });

  it('starts a job that gets no token, as the platform would, and says why', async () => {
    const { code, stderr } = await jobs.run([...AS_GITHUB, '--event', 'fork', '--', ...askGithub()]);
    expect(code).toBe(1);
    expect(stderr).toContain('no token: ');
    expect(stderr).toContain('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
  });

  it('takes the audience of --aud where the job names none', async () => {
    const script = 'printf %s "$MINTMARK_TOKEN"';
    const { stdout } = await jobs.run(['--as', 'generic', '--aud', 'https://api.example', ...sh(script)]);
    expect(await verifyByJose(daemon, 'generic', stdout)).toMatchObject({ aud: 'https://api.example' });
  });

  it('puts programs of the platform on PATH that ask in their place', async () => {
    const script = `circleci run oidc get --claims '{"aud":"sts.amazonaws.com"}'`;
    const { stdout, code } = await jobs.run(['--as', 'circleci', ...sh(script)]);
    expect(code).toBe(0);
    expect(await verifyByJose(daemon, 'circleci', stdout.trim())).toMatchObject({ aud: 'sts.amazonaws.com' });
    const other = await jobs.run(['--as', 'circleci', ...sh('circleci tests split')]);
    expect(other).toMatchObject({ code: 127, stdout: '' });
  });
});

describe('its exit code', () => {
  it.each([
    ['exit 0', 0],
    ['exit 7', 7],
    ['exit 255', 255],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
  ])('is the command’s: %s', async (script, code) => {
    expect((await jobs.run([...AS_GITHUB, ...sh(script)])).code).toBe(code);
  });

  it('is 127 for a command that there is not and 126 for one that cannot be run', async () => {
    const missing = await jobs.run([...AS_GITHUB, '--quiet', '--', 'no-such-command']);
    expect(missing.code).toBe(127);
    expect(missing.stderr).toContain('"no-such-command" is not found');
    const file = join(daemon.home, '../not-executable');
    writeFileSync(file, '');
    expect((await jobs.run([...AS_GITHUB, '--', file])).code).toBe(126);
  });

  it.each([
    ['--json', ['--json', ...AS_GITHUB, ...sh('true')], 2],
    ['no platform', sh('true'), 2],
    ['a platform that there is not', ['--as', 'nonsense', ...sh('true')], 2],
    ['no command', [...AS_GITHUB], 2],
    ['an empty command', [...AS_GITHUB, '--', ''], 2],
    ['an option that there is not', [...AS_GITHUB, '--set', 'nonsense=1', ...sh('true')], 2],
    ['an issuer that there is not', ['--issuer', 'nobody', ...sh('true')], 1],
  ])('is our own where there is no job: %s', async (_, words, code) => {
    const outcome = await jobs.run(words);
    expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code, stdout: '' });
    expect(outcome.stderr).toMatch(/^mintmark: |^\{"error"/);
  });

  it('is 2 where the directory that one stands in is gone', async () => {
    const gone = join(daemon.home, '../gone');
    const words = [NODE, BUNDLE, 'run', ...AS_GITHUB, ...sh('true')];
    const { code, stderr } = await run(
      '/bin/sh',
      ['-c', `mkdir '${gone}'; cd '${gone}'; rmdir '${gone}'; exec "$@"`, 'sh', ...words],
      {
        env: cleanEnvironment(daemon.home, { ...jobs.env }),
      },
    ).done;
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('is gone: change to another') });
  });

  it('is 3 when no daemon runs', async () => {
    const { home, remove } = makeHome();
    expect((await runCli(['run', ...AS_GITHUB, ...sh('true')], { home, cwd: '/' })).code).toBe(3);
    remove();
  });
});

describe('when a job has ended', () => {
  it('its request token stops working, and nothing of it is left', async () => {
    const { stdout } = await jobs.run([...AS_GITHUB, '--', ...askGithub()]);
    const { url, secret, status } = JSON.parse(stdout) as GithubAnswer;
    expect(status).toBe(200);
    const later = await ask(url, { headers: { authorization: `Bearer ${secret}` } });
    expect(later.status).toBe(401);
    expect(later.json<{ message: string }>().message).not.toBe('');
    expect(jobs.listDirectories()).toEqual([]);
    expect((await listRuns()).filter(({ endedAt }) => endedAt === null)).toEqual([]);
    expect(readState(daemon.home)).not.toContain(secret);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('so it is when %s ended it, which reaches the command once', async (signal, code) => {
    const script = `
      let count = 0;
      process.on('${signal}', () => {
        count += 1;
        setTimeout(() => { console.log('signals: ' + count); process.exit(${code}); }, 200);
      });
      setInterval(() => {}, 1000);
      console.log('ready');`;
    const running = jobs.start([...AS_GITHUB, '--', NODE, '-e', script]);
    await waitFor('the command', () => running.stdout().includes('ready'));
    expect(jobs.listDirectories()).toHaveLength(1);
    running.child.kill(signal);
    expect(await running.done).toMatchObject({ code, stdout: expect.stringContaining('signals: 1') });
    expect(jobs.listDirectories()).toEqual([]);
    expect((await listRuns())[0]?.endedAt).not.toBeNull();
  });

  it('so it is when mintmark itself was killed: its files go with the next run, and nobody renews its lease', async () => {
    const running = jobs.start([...AS_GITHUB, ...sh('echo $$; exec sleep 600')]);
    const pid = Number(await waitFor('the command', () => /^\d+$/m.exec(running.stdout())?.[0]));
    running.child.kill('SIGKILL');
    process.kill(pid);
    await running.done;
    const findLeft = async () => (await listRuns()).find(({ id }) => id === left?.id);
    const [left] = await listRuns();
    expect(left?.endedAt).toBeNull();
    // Whoever comes next clears away what lies around; the lease, which stays as it is, ends the rest.
    await jobs.run([...AS_GITHUB, ...sh('true')]);
    expect(jobs.listDirectories()).toEqual([]);
    expect(await findLeft()).toEqual(left);
  });
});

describe('while a job runs', () => {
  it('a daemon that is started anew goes on with it', async () => {
    const own = await startDaemon();
    const { home, port } = own;
    const kept = makeHome();
    const flag = join(kept.parent, 'go-on');
    const runner = openJobRunner(own);
    const [file = '', ...words] = askGithub();
    const script = `until [ -e '${flag}' ]; do sleep 0.1; done; exec "$0" "$@"`;
    const running = runner.start([...AS_GITHUB, '--', '/bin/sh', '-c', script, file, ...words]);
    await waitFor('the job', () => running.stderr().includes('sub '));
    await own.terminate();
    const again = await startDaemon({ home, port });
    writeFileSync(flag, '');
    const { code, stdout } = await running.done;
    expect(code).toBe(0);
    expect(await verifyByJose(again, 'github-actions', (JSON.parse(stdout) as GithubAnswer).value)).toMatchObject({
      aud: 'sts.amazonaws.com',
    });
    await again.stop();
    await own.stop();
    kept.remove();
  });

  it('its private files are there for its own user alone', async () => {
    const { stdout } = await jobs.run([...AS_GITHUB, ...sh('stat -c %a "$RUNNER_TEMP"; echo "$RUNNER_TEMP"')]);
    const [mode, directory = ''] = stdout.trim().split('\n');
    expect(mode).toBe('700');
    expect(existsSync(directory)).toBe(false);
  });
});

describe('under serve --https', () => {
  it('every client of a job trusts the daemon, by the variables that its runtime reads', async () => {
    const secure = await startDaemon({ args: ['--https'] });
    const runner = openJobRunner(secure);
    const { code, stdout, stderr } = await runner.run([...AS_GITHUB, '--', ...askGithub()]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { url, value } = JSON.parse(stdout) as GithubAnswer;
    expect(url).toMatch(/^https:\/\/localhost:/);
    expect(value).not.toBe('');
    const script =
      'curl -sSf -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=x"';
    const curl = await runner.run([...AS_GITHUB, '--quiet', ...sh(script)]);
    expect(curl).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(curl.stdout)).toHaveProperty('value');
    await secure.stop();
  });
});
