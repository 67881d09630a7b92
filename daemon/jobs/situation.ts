import { dirname, isAbsolute } from 'node:path';
import { MintmarkError } from '../problem.ts';
import type { JobQuery, JobTrigger } from '../protocol/jobs.ts';
import { quoteText } from '../token/quote.ts';
import { completeJob, type JobFacts, type JobFrame } from './complete-job.ts';
import { type GitReading, readGitFacts } from './git-facts.ts';
import type { Job } from './job.ts';
import { isAccepted, mergeFacts, type OwnOption, readOptions } from './job-options.ts';
import { listRepositoryFiles } from './repository-files.ts';
import { isRef } from './repository-path.ts';
import { readTrigger } from './triggers.ts';
import { readSiblingFile, readTextFile, type Sibling } from './workflow-file.ts';

/** The issuer that a job asks for its tokens, and what its platform adds to a job. */
export interface PlatformFrame {
  readonly issuerUrl: string;
  readonly baseUrl: string;
  readonly runKey: string;
  readonly platformOptions: Readonly<Record<string, OwnOption>>;
}

/** What a job is read from beside the query. */
export interface JobSources {
  readonly readGit: (directory: string, ref?: string) => Promise<GitReading>;
  /** null: there is no such file. */
  readonly readText: (path: string) => Promise<string | null>;
  /** A file that another one of the repository names, by the root and its path below it. */
  readonly readSibling: (root: string, path: string) => Promise<Sibling>;
  /** Such files by a pattern of git's; null: nobody knows. */
  readonly listSiblings: (root: string, pattern: string) => Promise<readonly string[] | null>;
}

export const SYSTEM_SOURCES: JobSources = {
  readGit: readGitFacts,
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
  const { issuerUrl, baseUrl, runKey, platformOptions } = frame;
  const { facts: said, own } = readOptions(query.options ?? {}, platformOptions);
  const event = query.event ?? 'push';
  const ref = readRef(query.ref) ?? said.ref;
  const directory = readDirectory(query.directory) ?? (workflowPath === undefined ? undefined : dirname(workflowPath));
  const git = directory === undefined ? NO_GIT : await sources.readGit(directory, ref);
  const warnings = [...git.notes];
  const start = chooseRef(readTrigger(event), ref, git, said.defaultBranch ?? git.facts.defaultBranch ?? null);
  if (start.note !== null) warnings.push(start.note);
  const isFork = start.trigger === 'pull_request' && said.pullRequest?.fork !== undefined;
  // GitHub runs it for forks too, with the rights of the repository itself.
  const trigger = isFork && event !== 'pull_request_target' ? 'fork' : start.trigger;
  if (said.pullRequest !== undefined && trigger !== 'pull_request' && trigger !== 'fork') {
    warnings.push(`pull-request, base, head and fork mean nothing for ${event}`);
  }
  const { ref: _gitRef, ...gitFacts } = git.facts;
  const { ref: _saidRef, ...saidFacts } = said;
  const known: JobFacts = { ...gitFacts, ...(start.ref !== null && { ref: start.ref }) };
  const complete = (workflow: JobFacts, decided: Readonly<Record<string, string>>): Job => {
    const options = Object.entries(platformOptions).map(([name, option]) => {
      const fromFile = Object.hasOwn(decided, name) ? decided[name] : undefined;
      const isUsable = fromFile !== undefined && isAccepted(option, fromFile);
      return [name, own[name] ?? (isUsable ? fromFile : option.default)];
    });
    const whole: JobFrame = { issuerUrl, baseUrl, runKey, trigger, event, options: Object.fromEntries(options) };
    return completeJob(whole, mergeFacts(known, workflow, saidFacts));
  };
  return { job: complete({}, {}), complete, said, warnings };
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

interface Start {
  readonly trigger: JobTrigger;
  /** null: the default. */
  readonly ref: string | null;
  readonly note: string | null;
}

/** A tag is pushed where the ref is one; a schedule starts the default branch. */
function chooseRef(
  trigger: JobTrigger,
  said: string | undefined,
  git: GitReading,
  defaultBranch: string | null,
): Start {
  const checkedOut = git.facts.ref ?? null;
  if (said !== undefined) {
    const isTag = said.startsWith('refs/tags/');
    if (trigger === 'tag' && !isTag) {
      throw new MintmarkError('invalid_request', `ref: ${quoteText(said)} is no tag, which the event asks for`);
    }
    return { trigger: trigger === 'push' && isTag ? 'tag' : trigger, ref: said, note: null };
  }
  if (trigger === 'tag') {
    const note = git.tag === null && checkedOut !== null ? 'no tag is at the commit: refs/tags/v1.0.0 is taken' : null;
    return { trigger, ref: git.tag, note };
  }
  const isAtTag = checkedOut?.startsWith('refs/tags/') === true;
  if (trigger === 'push' && isAtTag) return { trigger: 'tag', ref: checkedOut, note: null };
  if (trigger === 'schedule' && defaultBranch !== null) {
    return { trigger, ref: `refs/heads/${defaultBranch}`, note: null };
  }
  return { trigger, ref: checkedOut, note: null };
}
