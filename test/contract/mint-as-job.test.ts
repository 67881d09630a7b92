import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { cleanEnvironment, makeHome, runCli } from '../support/program.ts';
import { initRepository } from '../support/workflow-repository/write-repository.ts';

let daemon: Daemon;
let cwd = '';
beforeAll(async () => {
  daemon = await startDaemon();
  cwd = join(daemon.home, '../repository');
  mkdirSync(join(cwd, '.github/workflows'), { recursive: true });
  writeFileSync(
    join(cwd, '.github/workflows/deploy.yml'),
    [
      'on: push',
      'jobs:',
      '  deploy:',
      '    runs-on: ubuntu-latest',
      '    permissions: { id-token: write }',
      '    environment: production',
      '    steps: [{ run: "true" }]',
      '  test:',
      '    runs-on: ubuntu-latest',
      '    permissions: {}',
      '    steps: [{ run: "true" }]',
    ].join('\n'),
  );
});
afterAll(() => daemon.stop());

const mint = (...words: string[]) =>
  runCli(['mint', '--as', 'github-actions', ...words], { home: daemon.home, cwd: join(cwd, '.github') });

it('a job is named by its workflow file, from where one stands', async () => {
  const { code, stdout } = await mint('--job', 'workflows/deploy.yml#deploy', '--set', 'repository=acme/shop');
  expect(code).toBe(0);
  expect(decodeJwt(stdout)).toMatchObject({ sub: 'repo:acme/shop:environment:production', environment: 'production' });
});

it('a job that its platform would give no token gets none, and is told how to mend it', async () => {
  const { code, stdout, stderr } = await mint('--job', 'workflows/deploy.yml#test');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('id-token: write');
});

it('what would not be so on the platform is told beside the token, and is in its JSON', async () => {
  const words = ['--job', 'workflows/deploy.yml#deploy', '--event', 'pull_request'];
  const told = await mint(...words);
  expect(told.stdout.split('.')).toHaveLength(3);
  expect(told.stderr).toContain('mintmark: on: pull_request does not start this workflow');
  const { stdout, stderr } = await mint(...words, '--json');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    unknowns: [],
    warnings: expect.arrayContaining([expect.stringContaining('on: pull_request')]),
  });
});

it('ref, event and audience are said by options', async () => {
  const { stdout } = await mint('--ref', 'refs/tags/v2.0.0', '--event', 'tag', '--aud', 'npm:registry.example');
  expect(decodeJwt(stdout)).toMatchObject({ ref: 'refs/tags/v2.0.0', ref_type: 'tag', aud: 'npm:registry.example' });
});

it('a look-alike carries the real issuer and says in its header what it is', async () => {
  const { stdout } = await mint('--look-alike');
  expect(decodeJwt(stdout).iss).toBe('https://token.actions.githubusercontent.com');
  expect(decodeProtectedHeader(stdout)).toMatchObject({ mintmark: 'look-alike' });
  const generic = await runCli(['mint', '--look-alike'], { home: daemon.home, cwd });
  expect(generic.code).toBe(2);
});

it('options of an issuer are shown, and go into its jobs', async () => {
  const created = await daemon.cli([
    ...['issuers', 'create', 'shop-ci', '--platform', 'github-actions', '--set', 'repository=acme/shop'],
  ]);
  expect(created.stdout).toContain('repository=acme/shop');
  const { stdout } = await daemon.cli(['mint', '--issuer', 'shop-ci', '--set', 'actor=mona']);
  expect(decodeJwt(stdout)).toMatchObject({ repository: 'acme/shop', actor: 'mona' });
});

it('a git that a busy machine or a slow disk lets wait for seconds is waited for', async () => {
  const { parent, home, remove } = makeHome();
  onTestFinished(remove);
  const repository = join(parent, 'shop');
  initRepository(repository, 'https://github.com/octo/shop.git');
  const programs = join(parent, 'bin');
  mkdirSync(programs);
  const { PATH = '' } = cleanEnvironment(home);
  writeFileSync(join(programs, 'git'), `#!/bin/sh\nsleep 3\nPATH='${PATH}' exec git "$@"\n`);
  chmodSync(join(programs, 'git'), 0o755);
  const env = { PATH: `${programs}:${PATH}` };
  const slow = await startDaemon({ home, env });
  onTestFinished(() => slow.stop());
  const { stdout, stderr } = await runCli(['mint', '--as', 'github-actions'], { home, cwd: repository, env });
  expect({ sub: decodeJwt(stdout).sub, stderr }).toMatchObject({ sub: 'repo:octo/shop:ref:refs/heads/main' });
});
