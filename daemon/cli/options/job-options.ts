import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { locateWorkflow } from '../../jobs/workflow-file.ts';
import { PLATFORM_OF } from '../../platforms/workflow-platforms.ts';
import { MintmarkError } from '../../problem.ts';
import type { JobQuery } from '../../protocol/jobs.ts';
import { EMULATED_PLATFORM_NAMES, isPlatformName } from '../../protocol/platform-names.ts';
import type { PlatformName } from '../../protocol/resources.ts';
import { quoteText } from '../../token/quote.ts';
import { collect } from '../command-entry.ts';
import { collectPairs } from './claim-options.ts';
import { parseNonEmpty } from './parse-text.ts';

/** What `mint`, `run`, `env` and `jobs list` take alike: whose job it is, and which. */
export interface JobOptions {
  readonly as?: string;
  readonly issuer?: string;
  readonly event?: string;
  readonly job?: string;
  readonly ref?: string;
  readonly set?: readonly string[];
  readonly matrix?: readonly string[];
  readonly aud?: readonly string[];
}

/** What the help says of `--as` where a token or a job is asked for. */
const AS_CREATED = "that platform's first issuer, created when it is not there yet";

/** Adds those options. @param issuer what the help says of `--issuer` @param as what it says of `--as` */
export function addJobOptions(command: Command, issuer: string, as = AS_CREATED): Command {
  return command
    .option('--as <platform>', as)
    .option('--issuer <slug>', issuer, parseNonEmpty)
    .option('--event <event>', 'what started the job: push, tag, pull_request, fork, schedule, manual or its own word')
    .option('--job <file#job>', 'the workflow file and job; the file alone where it has one job', parseNonEmpty)
    .option('--ref <ref>', 'refs/heads/… or refs/tags/… instead of what is checked out', parseNonEmpty)
    .option('--set <name=value>', 'what the platform or a job has besides; an unknown name lists them', collect)
    .option('--matrix <name=value>', 'which row of a matrix job', collect)
    .option('--aud <audience>', 'audience; may be repeated', collect);
}

/** The slug of the issuer that is meant; null: none was named. @throws MintmarkError `usage`, `platform_unknown` */
export function readIssuer({ as, issuer }: JobOptions): string | null {
  if (as !== undefined && issuer !== undefined) throw new MintmarkError('usage', 'give either --issuer or --as');
  // An issuer may have any slug; a platform's name stands for the platform alone.
  if (as !== undefined) requirePlatform(as);
  return as ?? issuer ?? null;
}

/** @throws MintmarkError `platform_unknown` for a name that no platform has, with those that there are */
export function requirePlatform(name: string): PlatformName {
  if (isPlatformName(name)) return name;
  const known = EMULATED_PLATFORM_NAMES.join(', ');
  throw new MintmarkError('platform_unknown', `there is no platform '${name}'; there are ${known}`);
}

/**
 * The same, and where none was named that of the platform whose workflow file `--job` is of.
 * @throws MintmarkError as `readIssuer`, and `invalid_request` for a file whose path does not tell whose it is
 */
export function chooseIssuer(options: JobOptions, cwd: string): string | null {
  const named = readIssuer(options);
  if (named !== null || options.job === undefined) return named;
  return PLATFORM_OF[locateWorkflow(splitJob(options.job, cwd).file, cwd).kind];
}

/** Which job is meant, as the daemon, which has a directory of its own, can find it. @throws MintmarkError `usage` */
export function readJobQuery({ event, job, ref, set = [], matrix = [] }: JobOptions, cwd: string): JobQuery {
  const meant = job === undefined ? null : splitJob(job, cwd);
  // A file belongs to the repository that it lies in, wherever one stands.
  const directory = meant === null ? (findWorkTree(cwd) === null ? null : cwd) : findWorkTree(dirname(meant.file));
  return {
    ...(event !== undefined && { event }),
    ...(meant !== null && { job: meant.file + meant.job }),
    ...(directory !== null && { directory }),
    ...(ref !== undefined && { ref }),
    ...(set.length > 0 && { options: collectPairs(set, '--set', (text) => text) }),
    ...(matrix.length > 0 && { matrix: collectPairs(matrix, '--matrix', (text) => text) }),
  };
}

/** As a request has it: one text, or a list when there are more. */
export function readAudience({ aud = [] }: JobOptions): string | string[] | undefined {
  return aud.length > 1 ? [...aud] : aud[0];
}

/** The top of the git work tree that a directory lies in. `.git` is a file in a linked one (gitrepository-layout). */
export function findWorkTree(directory: string): string | null {
  if (existsSync(join(directory, '.git'))) return directory;
  const above = dirname(directory);
  return above === directory ? null : findWorkTree(above);
}

/**
 * `FILE#JOB`, or `FILE` alone where it has one job. A file may have a `#` in its name, too: the job stands behind
 * `.yml`.
 */
function splitJob(text: string, cwd: string): { file: string; job: string } {
  const [, file, job = ''] = /^(.*?\.ya?ml)(#.*)?$/is.exec(text) ?? [];
  if (text === '' || text.startsWith('#')) throw new MintmarkError('usage', '--job is written FILE#JOB');
  if (file !== undefined) return { file: resolve(cwd, file), job };
  // The daemon only says that no workflow file has such a name.
  const other = resolve(cwd, text);
  const meant = existsSync(other) ? other : other.replace(/#[^#]*$/, '');
  if (!existsSync(meant)) throw new MintmarkError('file_unreadable', `${quoteText(meant)} is not there`);
  return { file: meant, job: '' };
}
