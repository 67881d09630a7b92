import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { WORKFLOW_FILES } from './files.ts';

export interface WorkflowRepository {
  readonly directory: string;
  /** Of the one commit, on `main`. */
  readonly sha: string;
}

/** Git without the configuration and the clock of the machine. */
export function git(directory: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', directory, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_GLOBAL: devNull,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
      GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
    },
  }).trim();
}

/** An empty repository of octocat with the branch `main`, whose `origin` is `url`. */
export function initRepository(directory: string, url: string | null = 'https://github.com/acme/widgets.git'): void {
  mkdirSync(directory, { recursive: true });
  git(directory, 'init', '--quiet', '--initial-branch=main');
  for (const [name, value] of [
    ['github.user', 'octocat'],
    ['user.name', 'The Octocat'],
    ['user.email', 'octocat@example.com'],
    ['commit.gpgSign', 'false'],
    ['tag.gpgSign', 'false'],
  ] as const) {
    git(directory, 'config', name, value);
  }
  if (url !== null) git(directory, 'remote', 'add', 'origin', url);
}

export function commitAll(directory: string): string {
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--allow-empty', '--message=Change');
  return git(directory, 'rev-parse', 'HEAD');
}

/** Writes `acme/widgets` with over thirty jobs (`WORKFLOW_FILES`), committed on `main`, into a directory. */
export function writeWorkflowRepository(directory: string): WorkflowRepository {
  initRepository(directory);
  for (const [path, text] of Object.entries(WORKFLOW_FILES)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return { directory, sha: commitAll(directory) };
}
