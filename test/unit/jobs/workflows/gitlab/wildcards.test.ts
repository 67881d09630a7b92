import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listRepositoryFiles } from '../../../../../daemon/jobs/repository-files.ts';
import { type ListedJob, listWorkflowJobs } from '../../../../../daemon/jobs/resolve-job.ts';
import { matchesWildcard } from '../../../../../daemon/jobs/workflows/gitlab/wildcards.ts';
import { commitAll, git, initRepository } from '../../../../support/workflow-repository/write-repository.ts';
import { FRAME, inMemory, makeDirectory, namesOf } from '../../fixtures.ts';

const job = (name: string): string => `${name}: { script: [x], id_tokens: { A: { aud: ${name} } } }\n`;

function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

function makeRepository(files: Readonly<Record<string, string>>): string {
  const directory = join(makeDirectory(), 'repository');
  initRepository(directory);
  writeFiles(directory, files);
  commitAll(directory);
  return directory;
}

const list = (directory: string): Promise<readonly ListedJob[]> =>
  listWorkflowJobs(join(directory, '.gitlab-ci.yml'), null, { directory }, FRAME);

describe('a pattern of an include', () => {
  it.each([
    ['configs/*.yml', 'configs/a.yml', true],
    ['configs/*.yml', 'configs/sub/a.yml', false],
    ['configs/*.yml', 'configs/a.yaml', false],
    ['configs/**.yml', 'configs/a.yml', true],
    ['configs/**.yml', 'configs/sub/deep/a.yml', true],
    ['configs/**/*.yml', 'configs/sub/deep/a.yml', true],
    ['configs/**/*.yml', 'configs/a.yml', true],
    ['configs/**/*.yml', 'configs.yml', false],
    ['**/.gitlab-ci.yml', 'a/b/.gitlab-ci.yml', true],
    ['**/.gitlab-ci.yml', '.gitlab-ci.yml', true],
    ['**/.gitlab-ci.yml', 'a/x.gitlab-ci.yml', false],
    ['*/ci.yml', 'a/ci.yml', true],
    ['*/ci.yml', 'a/b/ci.yml', false],
    ['a*b*c', 'axbxbxc', true],
    ['[ab].yml*', 'a.yml', false],
    ['[ab].yml*', '[ab].yml', true],
    ['.*', 'x', false],
  ])('%s and %s: %s', (pattern, path, isMatch) => {
    expect(matchesWildcard(pattern, path)).toBe(isMatch);
  });

  it('wants a directory for ** with a slash in an older GitLab', () => {
    expect(matchesWildcard('configs/**/*.yml', 'configs/a.yml', true)).toBe(false);
    expect(matchesWildcard('configs/**/*.yml', 'configs/sub/a.yml', true)).toBe(true);
  });
});

describe('an include with a pattern', () => {
  it('brings the files that git has or would take, in their order, and no others', async () => {
    const directory = makeRepository({
      '.gitlab-ci.yml': "include: '/templates/**.yml'\n",
      '.gitignore': 'node_modules\n',
      'templates/b.yml': job('b'),
      'templates/a/z.yml': `${job('z')}last: { script: [x], environment: first }\n`,
      'templates/c.yml': 'last: { environment: { name: second } }\n',
      'templates/gone.yml': job('gone'),
      'templates/note.yaml': job('note'),
      'templates/naïve [1].yml': job('named'),
      'other.yml': job('other'),
    });
    writeFiles(directory, { 'templates/new.yml': job('new'), 'templates/node_modules/x.yml': job('ignored') });
    rmSync(join(directory, 'templates/gone.yml'));
    const jobs = await list(directory);
    expect(jobs.map(({ id }) => id).sort()).toEqual(['b', 'last', 'named', 'new', 'z']);
    expect(jobs.find(({ id }) => id === 'last')?.job.environment).toBe('second');
    expect(jobs.map((one) => [one.isLeftOut, namesOf(one)])).toEqual(jobs.map(() => [false, []]));
    expect(jobs[0]?.job.workflow?.idTokens).toEqual({ A: 'z' });
  });

  it('leaves out what is not below the repository, links and the file that has the pattern', async () => {
    const directory = makeRepository({
      '.gitlab-ci.yml': "include: 'ci/*.yml'\n",
      'ci/all.yml': `include: 'ci/*.yml'\n${job('a')}`,
    });
    writeFiles(dirname(directory), { 'outside/x.yml': job('outside') });
    symlinkSync('../../outside/x.yml', join(directory, 'ci/link.yml'));
    symlinkSync('../../outside', join(directory, 'ci/folder'));
    const jobs = await list(directory);
    expect(jobs.map(({ id, warnings, isLeftOut }) => [id, isLeftOut, warnings])).toEqual([
      ['a', false, ['include: ci/link.yml leads out of the repository']],
    ]);
  });

  it('says where GitLab itself has changed what matches', async () => {
    const directory = makeRepository({
      '.gitlab-ci.yml': "include: 'ci/**/*.yml'\n",
      'ci/a.yml': job('a'),
      'ci/sub/b.yml': job('b'),
    });
    const [a] = await list(directory);
    expect(a?.warnings).toEqual([
      'include: an older GitLab does not take ci/a.yml for ci/**/*.yml: ** was one directory at least',
    ]);
  });

  it.each([
    ['of files that are no YAML', 'ci/*', [true, 'include: ci/README.md is no YAML file, so there is no pipeline']],
    ['of no files', 'nothing/*.yml', [false, 'include: nothing/*.yml matches no file that git has or would take']],
  ])('%s says so', async (_, pattern, expected) => {
    const text = `include: '${pattern}'\n${job('own')}`;
    const directory = makeRepository({ '.gitlab-ci.yml': text, 'ci/README.md': 'x', 'ci/a.yml': job('a') });
    const own = (await list(directory)).find(({ id }) => id === 'own');
    expect([own?.isLeftOut, own?.warnings[0]]).toEqual(expected);
  });

  it('is named where git cannot say which files there are', async () => {
    const directory = makeDirectory();
    writeFiles(directory, { '.gitlab-ci.yml': `include: 'ci/*.yml'\nown: { script: [x] }\n`, 'ci/a.yml': job('a') });
    const jobs = await list(directory);
    expect(jobs.map((one) => [one.id, one.job.workflow, namesOf(one)])).toEqual([['own', null, ['local ci/*.yml']]]);
  });

  it('has git asked no more than ten times', async () => {
    let asked = 0;
    const patterns = Array.from({ length: 30 }, (_, at) => `'d${at}/*.yml'`);
    const text = `include: [${patterns.join(', ')}, ${patterns.join(', ')}]\n${job('a')}`;
    const sources = {
      ...inMemory(),
      listSiblings: async () => {
        asked += 1;
        return [];
      },
    };
    const [a] = await listWorkflowJobs('/repository/.gitlab-ci.yml', text, {}, FRAME, sources);
    const unread = a?.warnings.filter((warning) => warning.includes('not read'));
    expect([asked, a?.warnings.length, unread?.length]).toEqual([10, 30, 20]);
  });
});

describe('files of a repository', () => {
  it('are below the root only, and a pattern is nothing but a pattern', async () => {
    const directory = makeRepository({ 'a.yml': '', 'sub/b.yml': '', ':(top)x.yml': '', '-x.yml': '' });
    expect(await listRepositoryFiles(directory, '*.yml')).toEqual(['-x.yml', ':(top)x.yml', 'a.yml', 'sub/b.yml']);
    expect(await listRepositoryFiles(join(directory, 'sub'), '*.yml')).toEqual(['b.yml']);
    expect(await listRepositoryFiles(directory, ':(top)*')).toEqual([':(top)x.yml']);
    expect(await listRepositoryFiles(directory, '-*')).toEqual(['-x.yml']);
  });

  it('are none of a repository inside it', async () => {
    const directory = makeRepository({ 'a.yml': '' });
    initRepository(join(directory, 'inner'));
    writeFiles(directory, { 'inner/b.yml': '' });
    expect(await listRepositoryFiles(directory, '*')).toEqual(['a.yml']);
  });

  it('are not known where there is no repository, or a name of theirs has no plain form', async () => {
    expect(await listRepositoryFiles(makeDirectory(), '*.yml')).toBeNull();
    const directory = makeRepository({ 'a.yml': '' });
    writeFileSync(join(directory, 'new\nline.yml'), '');
    expect(await listRepositoryFiles(directory, '*.yml')).toBeNull();
    git(directory, 'config', 'core.quotePath', 'true');
    expect(await listRepositoryFiles(directory, 'a*')).toEqual(['a.yml']);
  });
});
