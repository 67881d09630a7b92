import { execFile } from 'node:child_process';
import { dirname } from 'node:path';

/** A busy machine or a slow disk makes git wait for seconds, and without its answer a job is somebody else's. */
const TIMEOUT_MS = 10_000;
const MOST_OUTPUT_BYTES = 65_536;

export type GitAnswer =
  | { readonly kind: 'said'; readonly lines: readonly string[] }
  /** `reason`: the first line that git said about it. */
  | { readonly kind: 'refused'; readonly exitCode: number | null; readonly reason: string }
  | { readonly kind: 'missing' };

/** Asks git about a directory. */
export type RunGit = (directory: string, args: readonly string[]) => Promise<GitAnswer>;

/** Variables that choose a configuration; all others of git's would have it look elsewhere or write traces. */
const KEPT = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM']);

/**
 * Runs git with fixed arguments in a repository that may be hostile: it takes no locks, asks nobody, and what a
 * configuration could make it start is off: a file system monitor, hooks, and the transports of a partial clone that
 * lacks an object.
 */
export const runGit: RunGit = (directory, args) =>
  new Promise((resolve) => {
    execFile(
      'git',
      [
        '-C',
        directory,
        '--no-pager',
        '--no-optional-locks',
        '-c',
        'core.fsmonitor=false',
        '-c',
        'core.hooksPath=/dev/null',
        ...args,
      ],
      {
        // Windows looks for programs in the working directory first: never let that be the repository.
        cwd: dirname(process.execPath),
        env: cleanEnvironment(process.env),
        timeout: TIMEOUT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: MOST_OUTPUT_BYTES,
        windowsHide: true,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ kind: 'said', lines: stdout.split(/\r?\n/).filter((line) => line !== '') });
        else if (error.code === 'ENOENT') resolve({ kind: 'missing' });
        else {
          const exitCode = typeof error.code === 'number' ? error.code : null;
          resolve({ kind: 'refused', exitCode, reason: stderr.trim().split(/\r?\n/)[0] ?? '' });
        }
      },
    );
  });

function cleanEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => {
    const upper = name.toUpperCase();
    return !upper.startsWith('GIT_') || KEPT.has(upper);
  });
  return {
    ...Object.fromEntries(kept),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    // Before Git 2.44 only this keeps a partial clone from fetching: no transport has that name.
    GIT_ALLOW_PROTOCOL: 'none',
    LC_ALL: 'C',
  };
}
