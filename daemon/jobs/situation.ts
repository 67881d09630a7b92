import { dirname, isAbsolute } from 'node:path';
import { MintmarkError } from '../problem.ts';
import type { JobQuery, JobTrigger } from '../protocol/jobs.ts';
import { quoteText } from '../token/quote.ts';
import { chooseRef } from './choose-ref.ts';
import { completeJob, type JobFacts } from './complete-job.ts';
import { type CommitReading, type GitReading, readCommit, readGitFacts } from './git-facts.ts';
import type { Job } from './job.ts';
import { isAccepted, mergeFacts, type OwnOption, readOptions } from './job-options.ts';
import { listRepositoryFiles } from './repository-files.ts';
import { isRef } from './repository-path.ts';
import { readTrigger } from './triggers.ts';
import { readSiblingFile, readTextFile, type Sibling, type WorkflowKind } from './workflow-file.ts';

/** The issuer that a job asks for its tokens, and what its platform adds to a job. */
export interface PlatformFrame {
  readonly issuerUrl: string;
  readonly baseUrl: string;
  readonly runKey: string;
  readonly platformOptions: Readonly<Record<string, OwnOption>>;
  /** Does `pull_request_target` run on the branch that the pull request goes to? Else it runs on the default branch. */
  readonly runsTargetOnBase?: boolean;
  /** In whose language a workflow file is written whose path does not tell. */
  readonly workflowKind?: WorkflowKind;
}

/** What a job is read from beside the query. */
export interface JobSources {
  readonly readGit: (directory: string, ref?: string) => Promise<GitReading>;
  readonly readCommit: (directory: string, ref: string) => Promise<CommitReading>;
  /** null: there is no such file. */
  readonly readText: (path: string) => Promise<string | null>;
  /** A file that another one of the repository names, by the root and its path below it. */
  readonly readSibling: (root: string, path: string) => Promise<Sibling>;
  /** Such files by a pattern of git's; null: nobody knows. */
  readonly listSiblings: (root: string, pattern: string) => Promise<readonly string[] | null>;
}

export const SYSTEM_SOURCES: JobSources = {
  readGit: readGitFacts,
  readCommit,
  readText: readTextFile,
  readSibling: readSiblingFile,
  listSiblings: listRepositoryFiles,
};

/** A job without what a workflow file says of it. */
export interface Situation {
  readonly job: Job;
  /** Puts it together with what a workflow file says: options > workflow file > git > defaults. */
  readonly complete: (workflow: JobFacts, options: Readonly<Record<string, string>>) => Job;
  /** What options say: a workflow file cannot change it. */
  readonly said: JobFacts;
  readonly warnings: readonly string[];
}

/**
 * Finds out from query and git what started the job, where and by whom.
 * @param workflowPath of the workflow file: its repository is asked when the query names no directory
 * @throws MintmarkError `invalid_request` for an event, ref or option that makes no sense
 */
export async function readSituation(
  query: JobQuery,
  frame: PlatformFrame,
  sources: JobSources,
  workflowPath?: string,
): Promise<Situation> {
  const { issuerUrl, baseUrl, runKey, platformOptions, runsTargetOnBase = false } = frame;
  const { facts: said, own } = readOptions(query.options ?? {}, platformOptions);
  const event = query.event ?? 'push';
  const ref = readRef(query.ref) ?? said.ref;
  const directory = readDirectory(query.directory) ?? (workflowPath === undefined ? undefined : dirname(workflowPath));
  const git = directory === undefined ? NO_GIT : await sources.readGit(directory, ref);
  const defaultBranch = said.defaultBranch ?? git.facts.defaultBranch ?? null;
  const base = said.pullRequest?.baseBranch;
  const start = chooseRef(
    { event, trigger: readTrigger(event), said: ref, base, defaultBranch, runsTargetOnBase },
    git,
  );
  const isFork = start.trigger === 'pull_request' && said.pullRequest?.fork !== undefined;
  // GitHub runs it for forks too, with the rights of the repository itself.
  const trigger = isFork && event !== 'pull_request_target' ? 'fork' : start.trigger;
  const { ref: _gitRef, ...gitFacts } = git.facts;
  const { ref: _saidRef, ...saidFacts } = said;
  const whole = { issuerUrl, baseUrl, runKey, trigger, event, runsTargetOnBase };
  const completeFrom = (known: JobFacts, workflow: JobFacts, decided: Readonly<Record<string, string>>): Job => {
    const options = Object.entries(platformOptions).map(([name, option]) => {
      const fromFile = Object.hasOwn(decided, name) ? decided[name] : undefined;
      const isUsable = fromFile !== undefined && isAccepted(option, fromFile);
      return [name, own[name] ?? (isUsable ? fromFile : option.default)];
    });
    return completeJob({ ...whole, options: Object.fromEntries(options) }, mergeFacts(known, workflow, saidFacts));
  };
  const started: JobFacts = { ...gitFacts, ...(start.ref !== null && { ref: start.ref }) };
  const { ref: runRef } = completeFrom(started, {}, {});
  const isOfOther = said.sha === undefined && needsOwnCommit({ git, event, startRef: start.ref, runRef });
  const commit = directory !== undefined && isOfOther ? await sources.readCommit(directory, runRef) : null;
  const { sha: _otherSha, ...startedAnywhere } = started;
  const known = commit === null ? started : { ...startedAnywhere, ...commit.facts };
  const notes = [...git.notes, ...(start.note === null ? [] : [start.note]), ...(commit?.notes ?? [])];
  return {
    job: completeFrom(known, {}, {}),
    complete: (workflow, decided) => completeFrom(known, workflow, decided),
    said,
    warnings: [...new Set(notes), ...warnOfPullRequest(said, event, trigger)],
  };
}

interface Whereabouts {
  readonly git: GitReading;
  readonly event: string;
  /** null: git has none that fits. */
  readonly startRef: string | null;
  /** What the job runs on. */
  readonly runRef: string;
}

/**
 * Is git's commit not that of the ref that the job runs on? A merge is yet to be made: what it brings stands for it.
 */
function needsOwnCommit({ git, event, startRef, runRef }: Whereabouts): boolean {
  if (Object.keys(git.facts).length === 0 || event === 'merge_group' || runRef.startsWith('refs/pull/')) return false;
  // A detached HEAD may be on any branch, but for what never runs what is checked out.
  if (startRef === null && event !== 'pull_request_target') return false;
  return runRef !== git.facts.ref;
}

function warnOfPullRequest({ pullRequest }: JobFacts, event: string, trigger: JobTrigger): readonly string[] {
  if (pullRequest === undefined || trigger === 'pull_request' || trigger === 'fork') return [];
  if (event === 'merge_group' && Object.keys(pullRequest).join() === 'baseBranch') return [];
  const base = event === 'merge_group' ? '' : ' base,';
  return [`pull-request,${base} head and fork mean nothing for ${event}`];
}

const NO_GIT: GitReading = { facts: {}, tag: null, notes: [] };

function readRef(ref: string | undefined): string | undefined {
  if (ref === undefined || isRef(ref)) return ref;
  throw new MintmarkError('invalid_request', `ref: ${quoteText(ref)} is neither refs/heads/… nor refs/tags/…`);
}

function readDirectory(directory: string | undefined): string | undefined {
  if (directory === undefined || isAbsolute(directory)) return directory;
  throw new MintmarkError('invalid_request', `directory: ${quoteText(directory)} is no absolute path`);
}
