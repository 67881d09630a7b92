import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { MintmarkError } from '../problem.ts';
import { quoteText } from '../token/quote.ts';

/** Whose language a file is written in. Depot's is GitHub's; Forgejo's is close to it. */
export const WORKFLOW_KINDS = [
  'github',
  'forgejo',
  'depot',
  'gitlab',
  'semaphore',
  'circleci',
  'buildkite',
  'bitbucket',
  'azure',
] as const;

export type WorkflowKind = (typeof WORKFLOW_KINDS)[number];

export interface WorkflowFile {
  readonly kind: WorkflowKind;
  /** Of the repository, absolute. */
  readonly root: string;
  /** Below the root, with slashes: `.github/workflows/deploy.yml`. */
  readonly path: string;
}

/** Which folders, at the root of a repository, hold whose files. */
const FOLDERS = [
  [/(?:^|\/)\.github\/workflows\/[^/]+$/, 'github'],
  [/(?:^|\/)\.(?:forgejo|gitea)\/workflows\/[^/]+$/, 'forgejo'],
  [/(?:^|\/)\.depot\/workflows\/[^/]+$/, 'depot'],
  [/(?:^|\/)\.semaphore\/.+$/, 'semaphore'],
  [/(?:^|\/)\.circleci\/[^/]+$/, 'circleci'],
  [/(?:^|\/)\.buildkite\/.+$/, 'buildkite'],
  [/(?:^|\/)\.gitlab\/.+$/, 'gitlab'],
  [/(?:^|\/)\.azure-pipelines\/.+$/, 'azure'],
] as const;

/** Files that say by their name whose they are; they may lie anywhere. */
const NAMES = [
  [/(?:^|\/)[^/]*\.gitlab-ci\.ya?ml$/, 'gitlab'],
  [/(?:^|\/)bitbucket-pipelines\.ya?ml$/, 'bitbucket'],
  [/(?:^|\/)(?:buildkite|pipeline)\.ya?ml$/, 'buildkite'],
  [/(?:^|\/)azure-pipelines[^/]*\.ya?ml$/, 'azure'],
] as const;

/**
 * Tells from its path whose workflow file it is, and where its repository is.
 * @param path absolute
 * @param directory the repository, where the path does not tell
 * @param otherwise whose a YAML file is whose path does not tell
 * @throws MintmarkError `invalid_request` for a path of another kind
 */
export function locateWorkflow(path: string, directory?: string, otherwise?: WorkflowKind): WorkflowFile {
  if (!isAbsolute(path)) throw new MintmarkError('invalid_request', `job: ${quoteText(path)} is no absolute path`);
  const whole = resolve(path);
  const slashed = sep === '/' ? whole : whole.replaceAll(sep, '/');
  const isYaml = /\.ya?ml$/i.test(slashed);
  for (const [pattern, kind] of FOLDERS) {
    const at = isYaml ? slashed.search(pattern) : -1;
    if (at >= 0) return { kind, root: whole.slice(0, Math.max(at, 1)), path: slashed.slice(at).replace(/^\//, '') };
  }
  for (const [pattern, kind] of NAMES) {
    if (pattern.test(slashed)) return { kind, ...splitAtRoot(whole, directory) };
  }
  if (isYaml && otherwise !== undefined) return { kind: otherwise, ...splitAtRoot(whole, directory) };
  throw new MintmarkError('invalid_request', `job: ${quoteText(path)} ${NOT_OURS}`);
}

const NOT_OURS =
  'is no workflow file of a platform that is known: it is told by its place or name, such as .github/workflows/x.yml or .gitlab-ci.yml, or, a .yml file, by --as';

function splitAtRoot(whole: string, directory: string | undefined): { root: string; path: string } {
  const root = directory !== undefined && isBelow(directory, whole) ? resolve(directory) : dirname(whole);
  return { root, path: relative(root, whole).split(sep).join('/') };
}

function isBelow(directory: string, path: string): boolean {
  const below = relative(directory, path);
  return !isAbsolute(below) && below.split(sep)[0] !== '..';
}

const LARGEST_BYTES = 262_144;

/**
 * Reads a file as text; null when it is not there.
 * @throws MintmarkError `file_unreadable` for what is no file, too large or no UTF-8
 */
export async function readTextFile(path: string): Promise<string | null> {
  const refuse = (reason: string, cause?: unknown): MintmarkError =>
    new MintmarkError('file_unreadable', `${quoteText(path)} ${reason}`, { cause });
  try {
    // Opening a pipe would wait for its other end.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const status = await file.stat();
      if (!status.isFile()) throw refuse('is no file');
      if (status.size > LARGEST_BYTES) throw refuse('is larger than 256 KiB');
      const buffer = Buffer.alloc(status.size);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof MintmarkError) throw error;
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw refuse('cannot be read', error);
  }
}

/** Another file of a repository; without a text, why it is not read: `is not there`, `leads out of the repository`. */
export type Sibling = { readonly text: string } | { readonly text: null; readonly absence: string };

export const NOT_THERE = { text: null, absence: 'is not there' } as const satisfies Sibling;

/**
 * Reads a file that another one of its repository names. A link that leads out of the repository is not followed: the
 * platform has nothing there, and what this machine has there is nobody's business.
 * @param path below the root, with slashes
 * @throws MintmarkError as `readTextFile`
 */
export async function readSiblingFile(root: string, path: string): Promise<Sibling> {
  let real: string;
  try {
    const [top, whole] = await Promise.all([realpath(root), realpath(join(root, ...path.split('/')))]);
    if (!isBelow(top, whole)) return { text: null, absence: 'leads out of the repository' };
    real = whole;
  } catch {
    return NOT_THERE;
  }
  const text = await readTextFile(real);
  return text === null ? NOT_THERE : { text };
}
