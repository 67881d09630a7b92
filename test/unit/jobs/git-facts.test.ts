import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGitFacts } from '../../../daemon/jobs/git-facts.ts';
import { resolveJob } from '../../../daemon/jobs/resolve-job.ts';
import { commitAll, git, initRepository } from '../../support/workflow-repository/write-repository.ts';
import { FRAME, makeDirectory } from './fixtures.ts';

function makeRepository(url?: string | null): string {
  const directory = makeDirectory();
  initRepository(directory, url);
  return directory;
}

describe('git', () => {
  it('says who and what a job is', async () => {
    const directory = makeRepository('git@gitlab.example.com:acme/platform/widgets.git');
    const sha = commitAll(directory);
    expect(await readGitFacts(directory)).toEqual({
      facts: {
        host: 'gitlab.example.com',
        owner: 'acme/platform',
        repository: 'widgets',
        ref: 'refs/heads/main',
        sha,
        actor: 'octocat',
        actorEmail: 'octocat@example.com',
      },
      tag: null,
      notes: [],
    });
  });

  it('says so from a directory inside and from another worktree', async () => {
    const directory = makeRepository();
    const sha = commitAll(directory);
    mkdirSync(join(directory, 'deep/er'), { recursive: true });
    const worktree = join(makeDirectory(), 'tree');
    git(directory, 'worktree', 'add', '--quiet', '-b', 'feature/x', worktree);
    const inside = await readGitFacts(join(directory, 'deep/er'));
    const beside = await readGitFacts(worktree);
    expect(inside.facts).toMatchObject({ ref: 'refs/heads/main', sha });
    expect(beside.facts).toMatchObject({ ref: 'refs/heads/feature/x', sha, owner: 'acme' });
  });

  it('says itself why it says nothing of a repository', async () => {
    const directory = makeRepository();
    writeFileSync(join(directory, '.git/config'), '[core\n');
    expect((await readGitFacts(directory)).notes).toEqual([expect.stringMatching(/: bad config line 1 in file /)]);
    const reason = `fatal: detected dubious ownership in repository at '/x\u001b'`;
    const refusing = await readGitFacts('/x', undefined, async () => ({ kind: 'refused', exitCode: 128, reason }));
    expect(refusing).toMatchObject({
      facts: {},
      notes: [expect.stringContaining("dubious ownership in repository at '/x\\u001b'")],
    });
    expect((await readGitFacts(makeDirectory())).notes).toEqual([expect.stringContaining('knows no repository')]);
  });

  it('knows the branch before the first commit', async () => {
    const { facts, notes } = await readGitFacts(makeRepository());
    expect(facts).toMatchObject({ ref: 'refs/heads/main' });
    expect(facts.sha).toBeUndefined();
    expect(notes).toEqual(['git: there is no commit yet']);
  });

  it('takes the highest tag at a detached commit, annotated or not', async () => {
    const directory = makeRepository();
    const sha = commitAll(directory);
    git(directory, 'tag', 'v1.9.0');
    git(directory, 'tag', '--annotate', '--message=Ten', 'v1.10.0');
    git(directory, 'checkout', '--quiet', '--detach');
    const reading = await readGitFacts(directory);
    expect(reading.tag).toBe('refs/tags/v1.10.0');
    expect(reading.facts).toMatchObject({ ref: 'refs/tags/v1.10.0', sha });
  });

  it('takes no ref where HEAD is detached without a tag', async () => {
    const directory = makeRepository();
    const sha = commitAll(directory);
    git(directory, 'checkout', '--quiet', '--detach');
    const { facts, notes } = await readGitFacts(directory);
    expect(facts.ref).toBeUndefined();
    expect(facts.sha).toBe(sha);
    expect(notes).toEqual(['git: HEAD is detached and no tag is at its commit']);
  });

  it('gives the commit of a ref that is asked for', async () => {
    const directory = makeRepository();
    const first = commitAll(directory);
    git(directory, 'tag', '--annotate', '--message=One', 'v1.0.0');
    commitAll(directory);
    const tagged = await readGitFacts(directory, 'refs/tags/v1.0.0');
    const missing = await readGitFacts(directory, 'refs/heads/nowhere');
    expect(tagged.facts).toMatchObject({ ref: 'refs/tags/v1.0.0', sha: first });
    expect(missing.facts.sha).toBeUndefined();
    expect(missing.notes).toEqual(['git: there is no commit of this ref']);
  });

  it('knows the default branch of the remote', async () => {
    const directory = makeRepository();
    commitAll(directory);
    git(directory, 'update-ref', 'refs/remotes/origin/trunk', 'HEAD');
    git(directory, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
    expect((await readGitFacts(directory)).facts.defaultBranch).toBe('trunk');
    git(directory, 'checkout', '--quiet', '--detach');
    expect((await resolveJob({ directory }, FRAME)).job).toMatchObject({ ref: 'refs/heads/trunk', refName: 'trunk' });
  });

  it.each([
    ['no remote', null],
    ['a local path', '/srv/git/widgets.git'],
    ['a remote helper', 'ext::sh -c true'],
  ])('names no repository with %s', async (_, url) => {
    const directory = makeRepository(url);
    commitAll(directory);
    const { facts, notes } = await readGitFacts(directory);
    expect(facts.owner).toBeUndefined();
    expect(notes).toEqual(['git: the remote origin names no repository of a host']);
  });

  it('never shows the password of a remote', async () => {
    const directory = makeRepository('https://octocat:ghp_secret@github.com/acme');
    expect(JSON.stringify(await readGitFacts(directory))).not.toContain('ghp_secret');
  });

  it.each([
    [{ 'github.user': 'hubot' }, 'hubot', 'octocat@example.com'],
    [
      { 'user.email': '583231+monalisa@users.noreply.github.com' },
      'monalisa',
      '583231+monalisa@users.noreply.github.com',
    ],
    [{}, 'the-octocat', 'octocat@example.com'],
    [{ 'user.name': 'Zoë  Müller-Lüdenscheidt!' }, 'zoe-muller-ludenscheidt', 'octocat@example.com'],
    [{ 'user.name': '小川' }, 'octocat', 'octocat@example.com'],
    [{ 'user.name': '小川', 'user.email': 'no address' }, undefined, undefined],
  ])('takes the actor from %j', async (said, actor, actorEmail) => {
    const directory = makeRepository();
    git(directory, 'config', '--unset', 'github.user');
    for (const [name, value] of Object.entries(said)) git(directory, 'config', name, value);
    const { facts } = await readGitFacts(directory);
    expect([facts.actor, facts.actorEmail]).toEqual([actor, actorEmail]);
  });

  it('has only a note for a directory without a repository, or without being there', async () => {
    const directory = makeDirectory();
    for (const path of [directory, join(directory, 'nowhere')]) {
      const { facts, notes } = await readGitFacts(path);
      expect(facts).toEqual({});
      expect(notes).toHaveLength(1);
    }
  });

  it('has only a note where git is not installed', async () => {
    const reading = await readGitFacts(makeDirectory(), undefined, async () => ({ kind: 'missing' }));
    expect(reading).toEqual({ facts: {}, tag: null, notes: ['git is not installed'] });
  });

  it('starts nothing that a hostile configuration names', async () => {
    const directory = makeRepository();
    commitAll(directory);
    const mark = join(directory, 'started');
    const program = join(directory, 'program.sh');
    writeFileSync(program, `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
    mkdirSync(join(directory, '.git/hooks'), { recursive: true });
    writeFileSync(join(directory, '.git/hooks/reference-transaction'), `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
    for (const name of [
      'core.fsmonitor',
      'core.sshCommand',
      'core.pager',
      'core.editor',
      'gpg.program',
      'filter.x.clean',
    ]) {
      git(directory, 'config', name, program);
    }
    // A partial clone that lacks the commit of a tag would fetch it, with the transport that its remote names.
    git(directory, 'config', 'core.repositoryFormatVersion', '1');
    git(directory, 'config', 'extensions.partialClone', 'origin');
    git(directory, 'config', 'remote.origin.promisor', 'true');
    git(directory, 'config', 'remote.origin.url', `ext::${program}`);
    git(directory, 'config', 'protocol.ext.allow', 'always');
    writeFileSync(join(directory, '.git/refs/tags/lost'), `${'1'.repeat(40)}\n`);
    await readGitFacts(directory, 'refs/tags/lost');
    expect(existsSync(mark)).toBe(false);
  });
});
