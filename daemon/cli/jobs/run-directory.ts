import { chmodSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, type Stats, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { readPrivateFile } from '../../client/private-file.ts';
import { MintmarkError } from '../../problem.ts';
import { readSystemCode } from '../../store/file-fault.ts';
import { quoteText } from '../../token/quote.ts';
import { hasEnded, identifyProcess } from './process-identity.ts';

const PREFIX = 'mintmark-run-';
const OWNER_FILE = 'owner.json';

/** Until when a run's directory is wanted: as long as a process lives, or until an instant (ms). */
export type DirectoryOwner = { readonly pid: number } | { readonly until: number };

/**
 * Makes the directory of one run, which nobody else can look into (mkdtemp(3): 0700). The user's runtime directory is
 * in memory and has a short name, which paths of sockets need: they have 107 bytes at most (unix(7)).
 *
 * @returns its absolute path
 * @throws MintmarkError `usage` where there is no place for it
 */
export function makeRunDirectory(env: Readonly<Record<string, string | undefined>>, owner: DirectoryOwner): string {
  const directory = makeDirectory(findPlace(env));
  const kept = 'pid' in owner ? identifyProcess(owner.pid) : owner;
  writeFileSync(join(directory, OWNER_FILE), JSON.stringify(kept), { mode: 0o600 });
  return directory;
}

function makeDirectory(place: string): string {
  try {
    return mkdtempSync(join(place, PREFIX));
  } catch (cause) {
    const reason = readSystemCode(cause) ?? 'no reason given';
    const mend = 'set XDG_RUNTIME_DIR or TMPDIR to a directory of yours';
    throw new MintmarkError('usage', `no directory can be made in ${quoteText(place)} (${reason}): ${mend}`, { cause });
  }
}

/** Did `makeRunDirectory` make it, for this user? Whoever starts a run may name any directory. */
export function isRunDirectory(directory: string): boolean {
  const isNamedSo = basename(directory).startsWith(PREFIX);
  return isNamedSo && isOwnDirectory(directory) && existsSync(join(directory, OWNER_FILE));
}

/**
 * Removes what a run left, also directories that the job made and nobody may write (Go's module cache has such). A job
 * has ended as it has ended: what cannot be removed, such as another user's file, stays, and so does another user's
 * directory. Of a link that has come into its place the link itself goes.
 */
export function removeRunDirectory(directory: string): void {
  const isLink = isOwnLink(directory);
  if (!isLink && !isOwnDirectory(directory)) return;
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    if (isLink) return;
    try {
      allowRemoval(directory);
      rmSync(directory, { recursive: true, force: true });
    } catch {
      // It stays.
    }
  }
}

function allowRemoval(directory: string): void {
  chmodSync(directory, 0o700);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) allowRemoval(join(directory, entry.name));
  }
}

/**
 * Removes directories of this user that a killed process or a run that is over left behind, where there may be some.
 */
export function sweepRunDirectories(env: Readonly<Record<string, string | undefined>>, nowMs: number): void {
  const place = findPlace(env);
  for (const name of listNames(place)) {
    const directory = join(place, name);
    if (isRunDirectory(directory) && isLeft(directory, nowMs)) removeRunDirectory(directory);
  }
}

/**
 * Removes the directory of a run that is over before its time; one whose command still
 * lives is that command's to remove.
 */
export function removeEndedDirectory(directory: string): void {
  if (isRunDirectory(directory) && isLeft(directory, Number.POSITIVE_INFINITY)) removeRunDirectory(directory);
}

/** Some systems let nobody list the directory of temporary files. */
function listNames(place: string): readonly string[] {
  try {
    return readdirSync(place);
  } catch {
    return [];
  }
}

function findPlace(env: Readonly<Record<string, string | undefined>>): string {
  const runtime = env.XDG_RUNTIME_DIR;
  return runtime && isAbsolute(runtime) && isOwnDirectory(runtime) ? runtime : resolve(tmpdir());
}

function isOwnDirectory(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && isOwn(stats);
}

function isOwnLink(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isSymbolicLink() === true && isOwn(stats);
}

function isOwn({ uid }: Stats): boolean {
  return process.geteuid === undefined || uid === process.geteuid();
}

function isLeft(directory: string, nowMs: number): boolean {
  try {
    // A job can put anything in its place: a pipe would hold us up, a link lead to what has no end.
    const text = readPrivateFile(join(directory, OWNER_FILE));
    const owner = JSON.parse(text ?? '{}') as {
      readonly [name in 'pid' | 'namespace' | 'startTicks' | 'until']?: unknown;
    };
    const { pid, namespace, startTicks, until } = owner;
    if (typeof until === 'number') return until < nowMs;
    return typeof pid === 'number' && hasEnded({ pid, namespace: toText(namespace), startTicks: toText(startTicks) });
  } catch {
    // It is just being made or removed, or it is not what was made.
    return false;
  }
}

function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
