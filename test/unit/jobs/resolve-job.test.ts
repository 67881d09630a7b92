import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobFacts } from '../../../daemon/jobs/complete-job.ts';
import { listWorkflowJobs, resolveJob } from '../../../daemon/jobs/resolve-job.ts';
import type { JobSources } from '../../../daemon/jobs/situation.ts';
import type { JobQuery } from '../../../daemon/protocol/jobs.ts';
import { FRAME, inMemory, makeDirectory, problemOf, ROOT } from './fixtures.ts';

const FILE = join(ROOT, '.github/workflows/deploy.yml');
const TEXT = `
name: Deploy
on: [push, pull_request]
jobs:
  deploy: { environment: staging, steps: [] }
  other: { steps: [] }
`;

function withGit(facts: JobFacts, tag: string | null = null): JobSources {
  return { ...inMemory({ [FILE]: TEXT }), readGit: async () => ({ facts, tag, notes: [] }) };
}

const jobOf = async (query: JobQuery, sources: JobSources = inMemory({ [FILE]: TEXT })) =>
  (await resolveJob(query, FRAME, sources)).job;

describe('a job', () => {
  it('has defaults where nobody says anything', async () => {
    expect(await jobOf({})).toMatchObject({ owner: 'acme', repository: 'widgets', event: 'push', trigger: 'push' });
  });

  it('asks nobody but the query without a directory and a file', async () => {
    const sources: JobSources = {
      readGit: async () => expect.fail('git was asked'),
      readCommit: async () => expect.fail('git was asked'),
      readText: async () => expect.fail('a file was read'),
      readSibling: async () => expect.fail('a file was read'),
      listSiblings: async () => expect.fail('files were listed'),
    };
    expect((await jobOf({ options: { repository: 'x/y' } }, sources)).owner).toBe('x');
  });

  it('is what options say, then the workflow file, then git, then defaults', async () => {
    const git = withGit({ owner: 'org', repository: 'repo', actor: 'jane', ref: 'refs/heads/topic' });
    const query = { job: `${FILE}#deploy`, directory: ROOT };
    expect(await jobOf(query, git)).toMatchObject({
      owner: 'org',
      actor: 'jane',
      ref: 'refs/heads/topic',
      environment: 'staging',
      workflowFile: '.github/workflows/deploy.yml',
      workflowName: 'Deploy',
      runNumber: 1,
    });
    const options = { actor: 'hubot', environment: 'prod', workflow: 'Other', 'run-number': '9' };
    expect(await jobOf({ ...query, ref: 'refs/heads/main', options }, git)).toMatchObject({
      owner: 'org',
      actor: 'hubot',
      ref: 'refs/heads/main',
      environment: 'prod',
      workflowName: 'Other',
      runNumber: 9,
    });
    expect((await jobOf({ ...query, options: { environment: '' } }, git)).environment).toBeNull();
  });

  it('has the options of its platform: said, decided by the file, or default', async () => {
    const platformOptions = {
      contexts: { meaning: '', default: 'none', pattern: /^[\w,]*$/ },
      project: { meaning: '', default: 'p' },
    };
    const path = join(ROOT, '.circleci/config.yml');
    const read = async (options: Record<string, string>, contexts = 'aws, gcp') => {
      const text = `workflows: { all: { jobs: [{ build: { context: [${contexts}] } }] } }`;
      const sources = inMemory({ [path]: text });
      return (await resolveJob({ job: `${path}#build`, options }, { ...FRAME, platformOptions }, sources)).job.options;
    };
    expect(await read({})).toEqual({ contexts: 'aws,gcp', project: 'p' });
    expect(await read({ contexts: 'own', project: 'q' })).toEqual({ contexts: 'own', project: 'q' });
    expect(await read({}, '"no context"')).toEqual({ contexts: 'none', project: 'p' });
  });

  it.each<[string, JobQuery, JobFacts, string | null, object]>([
    ['a push of a tag', { ref: 'refs/tags/v2' }, {}, null, { trigger: 'tag', event: 'push', ref: 'refs/tags/v2' }],
    ['a push at a tag', {}, { ref: 'refs/tags/v3' }, 'refs/tags/v3', { trigger: 'tag', ref: 'refs/tags/v3' }],
    ['a tag at the commit', { event: 'tag' }, { ref: 'refs/heads/main' }, 'refs/tags/v3', { ref: 'refs/tags/v3' }],
    ['a tag that is not there', { event: 'tag' }, { ref: 'refs/heads/x' }, null, { ref: 'refs/tags/v1.0.0' }],
    [
      'a schedule on the default branch',
      { event: 'schedule' },
      { ref: 'refs/heads/x', defaultBranch: 'trunk' },
      null,
      { ref: 'refs/heads/trunk', defaultBranch: 'trunk' },
    ],
    [
      'a pull request to the default branch',
      { event: 'pull_request' },
      { ref: 'refs/heads/x', defaultBranch: 'trunk' },
      null,
      { ref: 'refs/pull/7/merge', pullRequest: { number: 7, headBranch: 'x', baseBranch: 'trunk', fork: null } },
    ],
    ...(['push', 'manual'] as const).map((event): [string, JobQuery, JobFacts, string | null, object] => [
      `a ${event} where git is detached, which knows the default branch`,
      { event },
      { defaultBranch: 'trunk' },
      null,
      { ref: 'refs/heads/trunk', refName: 'trunk' },
    ]),
    [
      'a push of which only the default branch is said',
      { options: { 'default-branch': 'trunk' } },
      {},
      null,
      { ref: 'refs/heads/trunk' },
    ],
    [
      'a pull request of which only the default branch is said, from another one than that',
      { event: 'pull_request', options: { 'default-branch': 'trunk', base: 'release/1' } },
      {},
      null,
      { pullRequest: { number: 7, headBranch: 'feature', baseBranch: 'release/1', fork: null } },
    ],
    [
      'a pull request from the default branch, which is checked out, to another one',
      { event: 'pull_request', options: { 'default-branch': 'develop', base: 'stable' } },
      { ref: 'refs/heads/develop' },
      null,
      { pullRequest: { number: 7, headBranch: 'develop', baseBranch: 'stable', fork: null } },
    ],
    [
      'a schedule on the default branch that was said',
      { event: 'schedule', options: { 'default-branch': 'develop' } },
      { ref: 'refs/heads/x', defaultBranch: 'trunk' },
      null,
      { ref: 'refs/heads/develop', defaultBranch: 'develop' },
    ],
    [
      'a pull request from what it goes to',
      { event: 'pull_request', options: { base: 'develop', 'pull-request': '9' } },
      { ref: 'refs/heads/develop' },
      null,
      {
        ref: 'refs/pull/9/merge',
        pullRequest: { number: 9, headBranch: 'feature', baseBranch: 'develop', fork: null },
      },
    ],
    [
      'a pull request with a fork',
      { event: 'pull_request', options: { fork: 'jane/widgets' } },
      {},
      null,
      { trigger: 'fork', pullRequest: { number: 7, headBranch: 'feature', baseBranch: 'main', fork: 'jane/widgets' } },
    ],
    [
      'a run on the target of a pull request from a fork',
      { event: 'pull_request_target', options: { fork: 'jane/widgets' } },
      {},
      null,
      { trigger: 'pull_request', ref: 'refs/heads/main', refName: 'main' },
    ],
  ])('knows the ref of %s', async (_, query, git, tag, expected) => {
    expect(await jobOf({ ...query, directory: ROOT }, withGit(git, tag))).toMatchObject(expected);
  });

  it.each<[string, JobQuery]>([
    ['ref', { ref: 'main' }],
    ['ref', { event: 'tag', ref: 'refs/heads/main' }],
    ['directory', { directory: 'relative' }],
    ['job', { job: 'relative/.github/workflows/deploy.yml#deploy' }],
    ['job', { job: join(ROOT, 'README.md') }],
    ['job', { job: join(ROOT, 'compose.yml#x') }],
    ['job', { job: `${FILE}#nowhere` }],
    ['job', { job: FILE }],
    ['matrix', { job: `${FILE}#deploy`, matrix: { os: 'linux' } }],
    ['options', { options: { nonesuch: 'x' } }],
  ])('refuses a senseless %s: %j', async (name, query) => {
    const [code, message] = await problemOf(() => jobOf(query));
    expect([code, message.slice(0, name.length)]).toEqual(['invalid_request', name]);
  });

  it('names the jobs of a file when it does not have the one that is meant', async () => {
    const [, message] = await problemOf(() => jobOf({ job: `${FILE}#nowhere` }));
    expect(message).toContain('"deploy", "other"');
  });

  it('warns of a pull request that there is none of', async () => {
    const { warnings } = await resolveJob({ event: 'push', options: { base: 'main' } }, FRAME, inMemory());
    expect(warnings).toHaveLength(1);
  });

  it.each([
    ['is not there', (): void => undefined],
    ['is a directory', (path: string): void => void mkdirSync(path)],
    ['is too large', (path: string): void => writeFileSync(path, 'a'.repeat(1_048_577))],
    ['is no UTF-8', (path: string): void => writeFileSync(path, Buffer.from([0x6a, 0xff]))],
  ])('cannot be read from a file that %s', async (_, prepare) => {
    const path = join(makeDirectory(), '.gitlab-ci.yml');
    prepare(path);
    expect((await problemOf(() => resolveJob({ job: `${path}#a` }, FRAME)))[0]).toBe('file_unreadable');
  });

  it('does not wait for the other end of a pipe', async () => {
    const path = join(makeDirectory(), '.gitlab-ci.yml');
    spawnSync('mkfifo', [path]);
    expect((await problemOf(() => resolveJob({ job: `${path}#a` }, FRAME)))[0]).toBe('file_unreadable');
  });
});

describe('the jobs of a file', () => {
  it('are those of the text in the editor, not of the disk', async () => {
    const sources = inMemory({ [FILE]: TEXT });
    const read = async (text: string | null) =>
      (await listWorkflowJobs(FILE, text, { event: 'push' }, FRAME, sources)).map(({ id, line }) => [id, line]);
    expect(await read(null)).toEqual([
      ['deploy', 5],
      ['other', 6],
    ]);
    expect(await read('on: push\njobs:\n  fresh: { steps: [] }\n')).toEqual([['fresh', 3]]);
    expect(await read('')).toEqual([]);
    expect(await read('on: push\njobs:\n')).toEqual([]);
  });
});

describe('the room', () => {
  it('loads neither YAML nor expressions until a workflow is read', () => {
    const room = new URL('../../../daemon/jobs/resolve-job.ts', import.meta.url);
    const script = `import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ resolve: (name, context, next) => (loaded.push(name), next(name, context)) });
      await import(${JSON.stringify(room.href)});
      console.log(loaded.length > 10, loaded.filter((name) => /^(?:yaml|@actions)/.test(name)).length);`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      encoding: 'utf8',
    });
    expect([stdout.trim(), stderr]).toEqual(['true 0', expect.not.stringContaining('Error')]);
  });
});
