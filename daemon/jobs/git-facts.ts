import { showSafely } from '../token/safe-text.ts';
import type { JobFacts } from './complete-job.ts';
import { parseRemote } from './git-remote.ts';
import { isPlainText, isRef } from './repository-path.ts';
import { type GitAnswer, type RunGit, runGit } from './run-git.ts';

/** What git says about a directory. */
export interface GitReading {
  readonly facts: JobFacts;
  /** `refs/tags/…` of a tag at the commit; the highest version of several. */
  readonly tag: string | null;
  /** Why something is not known, for people. */
  readonly notes: readonly string[];
}

/**
 * Reads from git who and what a job started here would be: owner, repository and host from the remote `origin`, the
 * branch (or the tag that a detached HEAD is exactly at), the commit, and who works here. The default branch is the
 * remote's HEAD, as it was when the repository was cloned. What git does not know is left out; a directory without a
 * repository gives no facts and a note.
 * @param ref of which the commit is wanted; the checked out one without it
 */
export async function readGitFacts(directory: string, ref?: string, git: RunGit = runGit): Promise<GitReading> {
  const ask: Ask = (...args) => git(directory, args);
  const [inside, branch, commit, tags, url, people, remoteHead] = await Promise.all([
    ask('rev-parse', '--git-dir'),
    ask('symbolic-ref', '--quiet', 'HEAD'),
    ref === undefined ? ask('rev-parse', '--quiet', '--verify', 'HEAD') : askCommit(ask, ref),
    ask('for-each-ref', '--points-at=HEAD', '--sort=-version:refname', '--format=%(refname)', '--count=1', 'refs/tags'),
    ask('remote', 'get-url', 'origin'),
    ask('config', '--get-regexp', '^(github\\.user|user\\.name|user\\.email)$'),
    ask('symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD'),
  ]);
  if (inside.kind === 'missing') return { facts: {}, tag: null, notes: ['git is not installed'] };
  if (inside.kind === 'refused') {
    return { facts: {}, tag: null, notes: [explainRefusal(inside.reason)] };
  }
  const notes: string[] = [];
  const remote = parseRemote(firstLine(url) ?? '');
  if (remote === null) notes.push('git: the remote origin names no repository of a host');
  const tag = readRef(firstLine(tags));
  const head = readRef(firstLine(branch));
  const checkedOut = ref ?? head ?? tag;
  if (checkedOut === null) notes.push('git: HEAD is detached and no tag is at its commit');
  const read = describeCommit(commit, ref === undefined ? NO_COMMIT_YET : NO_COMMIT_OF_REF);
  notes.push(...read.notes);
  const defaultBranch = /^refs\/remotes\/origin\/(.+)$/.exec(firstLine(remoteHead) ?? '')?.[1];
  return {
    facts: {
      ...remote,
      ...(checkedOut !== null && { ref: checkedOut }),
      ...read.facts,
      ...readPeople(people),
      ...(defaultBranch !== undefined && isRef(`refs/heads/${defaultBranch}`) && { defaultBranch }),
    },
    tag,
    notes,
  };
}

/** The commit of one ref. */
export interface CommitReading {
  readonly facts: Pick<JobFacts, 'sha'>;
  /** Why it is not known, for people. */
  readonly notes: readonly string[];
}

/** The commit of a branch or tag; of a branch that is not here, what the remote had when it was asked last. */
export async function readCommit(directory: string, ref: string, git: RunGit = runGit): Promise<CommitReading> {
  return describeCommit(await askCommit((...args) => git(directory, args), ref), NO_COMMIT_OF_REF);
}

type Ask = (...args: readonly string[]) => Promise<GitAnswer>;

async function askCommit(ask: Ask, ref: string): Promise<GitAnswer> {
  const own = await ask('rev-parse', '--quiet', '--verify', `${ref}^{commit}`);
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  if (own.kind === 'said' || branch === undefined) return own;
  return ask('rev-parse', '--quiet', '--verify', `refs/remotes/origin/${branch}^{commit}`);
}

const NO_COMMIT_YET = 'git: there is no commit yet';
const NO_COMMIT_OF_REF = 'git: there is no commit of this ref';

function describeCommit(answer: GitAnswer, missing: string): CommitReading {
  const sha = firstLine(answer);
  if (sha === null) return { facts: {}, notes: [missing] };
  if (/^[0-9a-f]{40}$/.test(sha)) return { facts: { sha }, notes: [] };
  return {
    facts: {},
    notes: sha.length === 64 ? ['git: a SHA-256 commit is in no token: another one is made up'] : [],
  };
}

const LONGEST_REASON = 200;

/**
 * That there is no repository is one reason of several (git-config(1), `safe.directory`): others are git's own to say.
 */
function explainRefusal(reason: string): string {
  if (/not a git repository/.test(reason)) return 'git knows no repository here: the job has defaults';
  const said = showSafely(reason.replace(/^fatal: /, '')).slice(0, LONGEST_REASON) || 'it gave no answer';
  return `git cannot say anything here, and the job has defaults: ${said}`;
}

function firstLine(answer: GitAnswer): string | null {
  return answer.kind === 'said' ? (answer.lines[0] ?? null) : null;
}

function readRef(line: string | null): string | null {
  return line !== null && isRef(line) ? line : null;
}

/**
 * Who works here: `github.user` says it; an e-mail address of GitHub's `ID+LOGIN@users.noreply.github.com` form has it;
 * else the name in the form of a login; else what stands before the address's `@`.
 */
function readPeople(answer: GitAnswer): Pick<JobFacts, 'actor' | 'actorEmail'> {
  const said = new Map<string, string>();
  for (const line of answer.kind === 'said' ? answer.lines : []) {
    const [name = '', ...value] = line.split(' ');
    said.set(name.toLowerCase(), value.join(' ').trim());
  }
  const email = said.get('user.email') ?? '';
  const isEmail = isPlainText(email, 254) && /^[^@\s]+@[^@\s]+$/.test(email);
  const noreply = /^(?:\d+\+)?([A-Za-z0-9-]+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  const actor = [
    said.get('github.user'),
    noreply,
    slugify(said.get('user.name') ?? ''),
    isEmail ? slugify(email.slice(0, email.indexOf('@'))) : '',
  ].find((text) => text !== undefined && isPlainText(text, 100));
  return { ...(actor !== undefined && { actor }), ...(isEmail && { actorEmail: email }) };
}

/** `Jane Doe` → `jane-doe`. */
function slugify(name: string): string {
  return name
    .slice(0, 100)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
