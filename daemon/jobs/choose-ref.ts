import { MintmarkError } from '../problem.ts';
import type { JobTrigger } from '../protocol/jobs.ts';
import { quoteText } from '../token/quote.ts';
import type { GitReading } from './git-facts.ts';
import { runsOnDefaultBranch } from './triggers.ts';

/** git-remote(1): a clone has it, what was made by `git init` and `git remote add` has not. */
export const NO_DEFAULT_BRANCH =
  'the default branch is not known, for git has no origin/HEAD: `git remote set-head origin --auto` asks the remote for it, or say it with --set default-branch=main';

/** What decides on which ref a job runs. */
export interface Occasion {
  readonly event: string;
  readonly trigger: JobTrigger;
  /** The ref that the caller says. */
  readonly said: string | undefined;
  /** Of the pull request or the merge queue, as the caller says it. */
  readonly base: string | undefined;
  /** null: nobody knows it. */
  readonly defaultBranch: string | null;
  /** Of the platform: see `PlatformFrame`. */
  readonly runsTargetOnBase: boolean;
}

export interface Start {
  readonly trigger: JobTrigger;
  /** Of a pull request: where it comes from. null: the default. */
  readonly ref: string | null;
  readonly note: string | null;
}

/**
 * A tag is pushed where the ref is one; a schedule and what is about no branch starts the default branch, and a merge
 * queue the branch that it goes to. Where that is not known, what is checked out is taken, and the note says so.
 * @throws MintmarkError `invalid_request` for a ref that is no tag where the event asks for one
 */
export function chooseRef(occasion: Occasion, git: GitReading): Start {
  const { event, trigger, said, base, defaultBranch, runsTargetOnBase } = occasion;
  const checkedOut = git.facts.ref ?? null;
  // A job without a repository has defaults.
  const missing = Object.keys(git.facts).length > 0 ? NO_DEFAULT_BRANCH : null;
  const isToBase = event === 'merge_group' || (event === 'pull_request_target' && runsTargetOnBase);
  const target = (isToBase ? base : undefined) ?? defaultBranch;
  if (event === 'pull_request_target') {
    return { trigger, ref: said ?? checkedOut, note: target === null ? missing : null };
  }
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
  if (event === 'merge_group' || runsOnDefaultBranch(event, trigger)) {
    return target === null
      ? { trigger, ref: checkedOut, note: missing }
      : { trigger, ref: `refs/heads/${target}`, note: null };
  }
  const isAtTag = checkedOut?.startsWith('refs/tags/') === true;
  return { trigger: trigger === 'push' && isAtTag ? 'tag' : trigger, ref: checkedOut, note: null };
}
