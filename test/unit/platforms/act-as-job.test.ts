import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { describeJob, listJobs, mintAsJob } from '../../../daemon/platforms/act-as-job.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';
import { commitAll, git, initRepository } from '../../support/workflow-repository/write-repository.ts';
import { openContext } from './open-context.ts';

test.each([{ job: '/repo/ci.yml#test' }, { event: 'push' }])(
  'a platform without jobs refuses %o and keeps no record',
  async (query) => {
    const context = await openContext();
    await expect(mintAsJob(context, { slug: 'default', ...query })).rejects.toMatchObject({ code: 'invalid_request' });
    expect(context.store.tokens.count()).toBe(0);
  },
);

test('what is described is what is minted', async () => {
  const context = await openContext();
  const query = { slug: 'github-actions', event: 'pull_request', options: { enterprise: 'acme-inc' } };
  const described = await describeJob(context, query);
  const { claims } = await mintAsJob(context, query);
  expect(claims.sub).toBe(described.subject);
  expect(claims.aud).toBe(described.audience);
  expect(Object.keys(claims)).toEqual(expect.arrayContaining(Object.keys(described.claims)));
});

test('a job of an event that is about no branch says the default branch, its commit and where its merge goes', async () => {
  const context = await openContext();
  const directory = makeTemporaryDirectory();
  initRepository(directory);
  const main = commitAll(directory);
  git(directory, 'update-ref', 'refs/remotes/origin/main', main);
  git(directory, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  git(directory, 'checkout', '--quiet', '-b', 'release');
  const release = commitAll(directory);
  git(directory, 'checkout', '--quiet', '-b', 'feature');
  const feature = commitAll(directory);
  const describe = (slug: string, event: string) =>
    describeJob(context, { slug, directory, event, options: { base: 'release' } });
  for (const event of ['workflow_run', 'issue_comment', 'delete', 'schedule', 'pull_request_target']) {
    expect(await describe('github-actions', event), event).toMatchObject({
      subject: 'repo:acme/widgets:ref:refs/heads/main',
      claims: { ref: 'refs/heads/main', sha: main, workflow_sha: main, job_workflow_sha: main },
    });
  }
  expect(await describe('forgejo', 'pull_request_target')).toMatchObject({
    subject: 'repo:acme/widgets:ref:refs/heads/release',
    claims: { ref: 'refs/heads/release', sha: release },
  });
  expect((await describe('github-actions', 'merge_group')).subject).toBe(
    `repo:acme/widgets:ref:refs/heads/gh-readonly-queue/release/pr-7-${feature}`,
  );
});

test('looking at jobs makes no issuer, and says the iss that the first token makes it have', async () => {
  const context = await openContext();
  const file = '/nowhere/.github/workflows/ci.yml';
  const text = 'on: push\njobs:\n  deploy: { permissions: { id-token: write } }\n';
  const described = await describeJob(context, { slug: 'github-actions', event: 'push' });
  const { items } = await listJobs(context, { slug: 'github-actions', file, text });
  await expect(describeJob(context, { slug: 'github-actions', event: 'nonsense' })).rejects.toThrow();
  expect(context.keyring.all().map(({ row }) => row.slug)).toEqual(['default']);
  const { claims } = await mintAsJob(context, { slug: 'github-actions', event: 'push' });
  expect([described.issuer, items[0]?.description.issuer]).toEqual([claims.iss, claims.iss]);
  expect(context.keyring.bySlug('github-actions')?.url).toBe(claims.iss);
  expect((await describeJob(context, { slug: 'github-actions', event: 'push' })).issuer).toBe(claims.iss);
  await expect(describeJob(context, { slug: 'nobody' })).rejects.toMatchObject({ code: 'issuer_not_found' });
});

test('a claim and an audience that are asked for go over the job’s own', async () => {
  const context = await openContext();
  const { claims } = await mintAsJob(context, {
    slug: 'github-actions',
    audience: 'sts.amazonaws.com',
    claims: { actor: 'mallory' },
  });
  expect(claims).toMatchObject({ aud: 'sts.amazonaws.com', actor: 'mallory', repository: 'acme/widgets' });
});

test('a job that the platform gives no token is refused with how to mend it, and nothing is minted', async () => {
  const context = await openContext();
  const query = { slug: 'github-actions', event: 'fork' };
  expect((await describeJob(context, query)).refusal?.code).toBe('fork');
  await expect(mintAsJob(context, query)).rejects.toMatchObject({ code: 'job_refused' });
  expect(context.store.tokens.count()).toBe(0);
});

test('a look-alike carries the platform’s iss and says so in its header; nobody else can set that mark', async () => {
  const context = await openContext();
  const { header, claims } = await mintAsJob(context, { slug: 'github-actions', lookAlike: true });
  expect(claims.iss).toBe('https://token.actions.githubusercontent.com');
  expect(header.mintmark).toBe('look-alike');
  for (const request of [{ header: { mintmark: 'x' } }, { claims: { mintmark: 'x', iss: 'https://x' } }]) {
    await expect(mintAsJob(context, { slug: 'github-actions', ...request })).rejects.toThrow();
  }
  await expect(mintAsJob(context, { slug: 'default', lookAlike: true })).rejects.toMatchObject({
    code: 'invalid_request',
  });
});

test('the jobs of a text that is not saved are listed with what each one’s token would say', async () => {
  const context = await openContext();
  const text = [
    'on: push',
    'jobs:',
    '  test:',
    '    runs-on: x',
    '  deploy:',
    '    permissions: { id-token: write }',
    '    environment: prod',
  ].join('\n');
  const request = { slug: 'github-actions', file: '/nowhere/.github/workflows/ci.yml', text };
  const { items } = await listJobs(context, request);
  expect(items.map(({ id, line, environment }) => ({ id, line, environment }))).toEqual([
    { id: 'test', line: 3, environment: null },
    { id: 'deploy', line: 5, environment: 'prod' },
  ]);
  expect(items.map(({ description }) => description.refusal?.code ?? description.subject)).toEqual([
    'permission',
    'repo:acme/widgets:environment:prod',
  ]);
  await expect(listJobs(context, { ...request, slug: 'default' })).rejects.toMatchObject({ code: 'invalid_request' });
});

test.each([
  { audience: 'https://github.com/apps/cyspbot' },
  { audience: ['sts.amazonaws.com', 'api://github.com.example'] },
])('no way of asking gets a token for an audience that the platform issues none for: %o', async (query) => {
  const context = await openContext();
  const minting = mintAsJob(context, { slug: 'github-actions', ...query });
  await expect(minting).rejects.toMatchObject({ code: 'job_refused' });
  expect(context.store.tokens.count()).toBe(0);
});

test('a token of a job says what was not known and what is doubtful of it; that of nobody’s job says neither', async () => {
  const context = await openContext();
  const directory = makeTemporaryDirectory();
  const file = join(directory, '.github/workflows/ci.yml');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `on: push\njobs:\n  deploy: { if: false, permissions: { id-token: write }, environment: "\${{ vars.STAGE }}" }\n`,
  );
  const minted = await mintAsJob(context, { slug: 'github-actions', job: `${file}#deploy`, event: 'pull_request' });
  expect(minted.unknowns).toMatchObject([{ expression: 'vars.STAGE', where: 'jobs.deploy.environment' }]);
  expect(minted.warnings).toEqual(
    expect.arrayContaining([expect.stringContaining('on: pull_request'), expect.stringContaining('if is false')]),
  );
  expect(await mintAsJob(context, { slug: 'default' })).not.toHaveProperty('warnings');
});

test('a job whose subject no token may have is described as one that gets none, unless another one is asked for', async () => {
  const context = await openContext();
  const query = { slug: 'github-actions', options: { environment: 'x'.repeat(240) } };
  expect((await describeJob(context, query)).refusal?.code).toBe('subject');
  await expect(mintAsJob(context, query)).rejects.toMatchObject({ code: 'job_refused' });
  expect((await mintAsJob(context, { ...query, subject: 'mine' })).claims.sub).toBe('mine');
});

test.each([
  ['vercel', { options: { environment: 'a:environment:production' } }, 'environment'],
  ['buildkite', { options: { 'step-key': 'a:b' } }, 'key of the step'],
  ['codefresh', { event: 'manual', options: { actor: 'a:b' } }, 'initiator'],
])('a colon that %s does not escape is warned about', async (slug, query, part) => {
  const { warnings } = await describeJob(await openContext(), { slug, ...query });
  expect(warnings).toContainEqual(expect.stringContaining(`The ${part} has a colon`));
  expect((await describeJob(await openContext(), { slug })).warnings.join()).not.toContain('colon');
});

test.each([
  ['github-actions', '/r/.gitlab-ci.yml', 'gitlab'],
  ['gitlab', '/r/.github/workflows/ci.yml', 'github-actions'],
  ['terraform', '/r/.github/workflows/ci.yml', 'github-actions'],
])('a job of %s is in no file of another platform: %s', async (slug, file, owner) => {
  const context = await openContext();
  const refusal = {
    code: 'invalid_request',
    message: expect.stringContaining(`is a file of ${owner}, not of ${slug}`),
  };
  await expect(describeJob(context, { slug, job: `${file}#a` })).rejects.toMatchObject(refusal);
  await expect(listJobs(context, { slug, file, text: '' })).rejects.toMatchObject(refusal);
});

test.each([
  ['forgejo', '/r/.github/workflows/ci.yml'],
  ['depot', '/r/.github/workflows/ci.yml'],
  ['superplane', '/r/.semaphore/semaphore.yml'],
])('%s takes files of another platform, too: %s', async (slug, file) => {
  expect(await listJobs(await openContext(), { slug, file, text: '' })).toMatchObject({ items: [] });
});

test('a text that would be in the answer for every job is refused where it is too much together', async () => {
  const context = await openContext();
  const ask = (length: number) => {
    const jobs = Array.from({ length: 100 }, (_, at) => `  j${at}: { environment: *e }\n`).join('');
    const text = `on: push\nx: &e "${'y'.repeat(length)}"\njobs:\n${jobs}`;
    return listJobs(context, { slug: 'github-actions', file: '/nowhere/.github/workflows/ci.yml', text });
  };
  expect((await ask(100)).items).toHaveLength(100);
  await expect(ask(200_000)).rejects.toMatchObject({ code: 'invalid_request' });
});
