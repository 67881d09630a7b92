import { MintmarkError } from '../problem.ts';
import { quoteText } from '../token/quote.ts';
import type { JobFacts } from './complete-job.ts';
import { isBranchName, isPlainText, isRef, splitRepositoryPath } from './repository-path.ts';

/** An option that a job has on every platform. */
export interface JobOption {
  readonly meaning: string;
  /** null: the text does not mean anything. */
  readonly read: (text: string) => JobFacts | null;
}

const readWhole = (text: string, longest: number): number | null =>
  /^[1-9]\d*$/.test(text) && text.length <= longest ? Number(text) : null;

function readPullRequest(facts: JobFacts['pullRequest']): JobFacts {
  return facts === undefined ? {} : { pullRequest: facts };
}

/** What a caller may say of a job on every platform, by name. It goes before the workflow file and git. */
export const JOB_OPTIONS: Readonly<Record<string, JobOption>> = {
  repository: {
    meaning: 'Owner and name of the repository: acme/widgets',
    read: (text) => splitRepositoryPath(text),
  },
  ref: {
    meaning: 'What is checked out: refs/heads/main or refs/tags/v1.0.0',
    read: (text) => (isRef(text) ? { ref: text } : null),
  },
  sha: {
    meaning: 'Commit, 40 hex digits',
    read: (text) => (/^[0-9a-f]{40}$/.test(text) ? { sha: text } : null),
  },
  actor: { meaning: 'Who started the job', read: (text) => (isPlainText(text) ? { actor: text } : null) },
  environment: {
    meaning: 'Deployment environment of the job; empty: it has none',
    read: (text) => (text === '' ? { environment: null } : isPlainText(text) ? { environment: text } : null),
  },
  visibility: {
    meaning: 'public, private or internal',
    read: (text) => (text === 'public' || text === 'private' || text === 'internal' ? { visibility: text } : null),
  },
  workflow: {
    meaning: 'Name of the workflow, or its file: .github/workflows/deploy.yml',
    read: (text) => {
      if (!isPlainText(text)) return null;
      return /\.ya?ml$/i.test(text) ? { workflowFile: text } : { workflowName: text };
    },
  },
  job: { meaning: 'Name of the job', read: (text) => (isPlainText(text) ? { jobId: text } : null) },
  'run-number': {
    meaning: 'How often the workflow has run',
    read: (text) => {
      const runNumber = readWhole(text, 9);
      return runNumber === null ? null : { runNumber };
    },
  },
  'run-attempt': {
    meaning: 'How often this run was tried',
    read: (text) => {
      const runAttempt = readWhole(text, 4);
      return runAttempt === null ? null : { runAttempt };
    },
  },
  protected: {
    meaning: 'true when the ref is protected',
    read: (text) => (text === 'true' || text === 'false' ? { isRefProtected: text === 'true' } : null),
  },
  'default-branch': {
    meaning: 'Default branch of the repository, where git does not know it',
    read: (text) => (isBranchName(text) ? { defaultBranch: text } : null),
  },
  'pull-request': {
    meaning: 'Number of the pull request',
    read: (text) => {
      const number = readWhole(text, 9);
      return number === null ? null : readPullRequest({ number });
    },
  },
  base: {
    meaning: 'Branch that the pull request goes to',
    read: (text) => (isBranchName(text) ? readPullRequest({ baseBranch: text }) : null),
  },
  head: {
    meaning: 'Branch that the pull request comes from',
    read: (text) => (isBranchName(text) ? readPullRequest({ headBranch: text }) : null),
  },
  fork: {
    meaning: 'Fork that the pull request comes from: contributor/widgets',
    read: (text) => (splitRepositoryPath(text) === null ? null : readPullRequest({ fork: text })),
  },
};

/** Begins the names of options that are inputs of a workflow file. */
const INPUT = 'input.';

/** Takes what is said of inputs of a workflow file out of the options; only its reader knows what the file declares. */
export function splitInputs(given: Readonly<Record<string, string>>): {
  readonly inputs: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
} {
  const [inputs, options] = [true, false].map((isInput) =>
    Object.entries(given).filter(([name]) => name.startsWith(INPUT) === isInput),
  );
  return {
    inputs: Object.fromEntries((inputs ?? []).map(([name, value]) => [name.slice(INPUT.length), value])),
    options: Object.fromEntries(options ?? []),
  };
}

/** What a platform says of an option of its own. */
export interface OwnOption {
  readonly meaning: string;
  readonly default: string;
  readonly pattern?: RegExp;
}

export interface ReadOptions {
  readonly facts: JobFacts;
  /** Those of the platform that were said. */
  readonly own: Readonly<Record<string, string>>;
}

/**
 * Tells what every platform has from what this one adds.
 * @throws MintmarkError `invalid_request` for an unknown name, which names the known ones, and for a senseless value
 */
export function readOptions(
  given: Readonly<Record<string, string>>,
  ownOptions: Readonly<Record<string, OwnOption>>,
): ReadOptions {
  let facts: JobFacts = {};
  const own: Record<string, string> = {};
  for (const [name, text] of Object.entries(given)) {
    const neutral = Object.hasOwn(JOB_OPTIONS, name) ? JOB_OPTIONS[name] : undefined;
    const platform = Object.hasOwn(ownOptions, name) ? ownOptions[name] : undefined;
    if (name.startsWith(INPUT)) {
      throw new MintmarkError('invalid_request', `options: ${quoteText(name)} is for a job of a workflow file`);
    }
    if (neutral === undefined && platform === undefined) {
      const known = [...Object.keys(ownOptions), ...Object.keys(JOB_OPTIONS), `${INPUT}NAME`].join(', ');
      throw new MintmarkError('invalid_request', `options: nothing is called ${quoteText(name)}; there are ${known}`);
    }
    const read = neutral?.read(text);
    if (read === null || (platform !== undefined && !isAccepted(platform, text))) {
      const { meaning } = neutral ?? platform ?? { meaning: '' };
      throw new MintmarkError('invalid_request', `options.${name}: ${quoteText(text)} is not it. ${meaning}`);
    }
    if (read !== undefined) facts = mergeFacts(facts, read);
    if (platform !== undefined) own[name] = text;
  }
  return { facts, own };
}

/** Does a platform take this for an option of its own? */
export function isAccepted({ pattern }: OwnOption, text: string): boolean {
  return (text === '' || isPlainText(text, 2_048)) && (pattern === undefined || pattern.test(text));
}

/** Later ones go before earlier ones; a pull request is put together from all. */
export function mergeFacts(...all: readonly JobFacts[]): JobFacts {
  const pullRequest = Object.assign({}, ...all.map((facts) => facts.pullRequest));
  const merged: JobFacts = Object.assign({}, ...all);
  return Object.keys(pullRequest).length === 0 ? merged : { ...merged, pullRequest };
}
