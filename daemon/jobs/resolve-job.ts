import { MintmarkError } from '../problem.ts';
import type { JobQuery, JobRefusal, UnknownValue } from '../protocol/jobs.ts';
import { quoteText } from '../token/quote.ts';
import { showSafely } from '../token/safe-text.ts';
import { NO_DEFAULT_BRANCH } from './choose-ref.ts';
import type { Job } from './job.ts';
import { splitInputs } from './job-options.ts';
import { readWorkflowJobs } from './read-workflow.ts';
import { type JobSources, type PlatformFrame, readSituation, type Situation, SYSTEM_SOURCES } from './situation.ts';
import { locateWorkflow, type Sibling } from './workflow-file.ts';
import type { WorkflowJobFacts } from './workflow-job.ts';

export interface ResolvedJob {
  readonly job: Job;
  readonly unknowns: readonly UnknownValue[];
  readonly warnings: readonly string[];
  /** Why there is no token of it, whatever the platform is; null: nothing of the file is in the way. */
  readonly refusal: JobRefusal | null;
}

/** One job of a workflow file, for one event. `line` counts from 1. */
export interface ListedJob extends ResolvedJob {
  readonly id: string;
  readonly name: string;
  readonly line: number;
  /** Rows of its matrix; the job is that of the one that was asked for, else of the first. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** Events that start it, in the platform's words; null: the file does not say. */
  readonly triggers: readonly string[] | null;
  /** Would the event certainly not run it? The warnings say why. */
  readonly isLeftOut: boolean;
}

/**
 * Puts together which job is meant: options go before the workflow file, that before git, that before defaults.
 * @throws MintmarkError `invalid_request` for what makes no sense, with file and line where a file is wrong;
 *   `file_unreadable` for a workflow file that cannot be read
 */
export async function resolveJob(
  query: JobQuery,
  frame: PlatformFrame,
  sources: JobSources = SYSTEM_SOURCES,
): Promise<ResolvedJob> {
  if (query.job === undefined) {
    if (Object.keys(query.matrix ?? {}).length > 0) {
      throw new MintmarkError(
        'invalid_request',
        'matrix: it chooses a row of a job of a workflow file, and no job is named',
      );
    }
    const { job, warnings } = await readSituation(query, frame, sources);
    return { job, unknowns: [], warnings, refusal: null };
  }
  const { path, wanted } = splitJob(query.job);
  const { situation, found, elsewhere } = await readFile(path, null, query, frame, sources);
  const chosen = chooseJob(found, { path, wanted, elsewhere });
  if (chosen.isRowMissing) throw new MintmarkError('invalid_request', `matrix: ${describeMissingRow(chosen)}`);
  return assemble(situation, chosen);
}

const MOST_SHOWN_ROWS = 20;
/** Characters of each of them, and of the id of their job: the message goes into an answer, and into the log. */
const LONGEST_SHOWN = 200;

function describeMissingRow({ id, rows }: WorkflowJobFacts): string {
  const shown = rows.slice(0, MOST_SHOWN_ROWS).map((row) => shorten(JSON.stringify(row)));
  const more = rows.length > MOST_SHOWN_ROWS ? ` and ${rows.length - MOST_SHOWN_ROWS} more` : '';
  const about = shown.length === 0 ? 'it has no matrix' : `its matrix has ${shown.join(', ')}${more}`;
  return `${showSafely(shorten(id))} has no such row: ${showSafely(about)}`;
}

function shorten(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** `FILE#JOB`: a file may have a `#` in its name, too. `wanted` is undefined where no job is named. */
export function splitJob(job: string): { readonly path: string; readonly wanted: string | undefined } {
  const [, path = job, wanted] = /^(.*?\.ya?ml)(?:#(.*))?$/is.exec(job) ?? [];
  return { path, wanted };
}

/**
 * Every job of a workflow file, for one event, as an editor shows them.
 * @param text of the file where it is not saved; null: what is on disk
 * @throws MintmarkError as `resolveJob`
 */
export async function listWorkflowJobs(
  path: string,
  text: string | null,
  query: Omit<JobQuery, 'job'>,
  frame: PlatformFrame,
  sources: JobSources = SYSTEM_SOURCES,
): Promise<readonly ListedJob[]> {
  const { situation, found } = await readFile(path, text, query, frame, sources);
  requireRow(path, found);
  return found.map((job) => {
    const { id, name, line, rows, triggers, isLeftOut } = job;
    const isOther = job.isRowMissing && rows.length > 0;
    const notes = isOther ? [`matrix: ${describeMissingRow(job)}; the first one is taken`] : [];
    const shown = { ...job, warnings: [...job.warnings, ...notes] };
    return { ...assemble(situation, shown), id, name, line, rows, triggers, isLeftOut };
  });
}

const MOST_SHOWN_JOBS = 5;

/** A row that none of the jobs has is a mistake; one that some have chooses theirs. */
function requireRow(path: string, jobs: readonly WorkflowJobFacts[]): void {
  if (jobs.some(({ isRowMissing }) => !isRowMissing)) return;
  const withRows = jobs.filter(({ rows }) => rows.length > 0);
  if (jobs.length === 0) return;
  const shown = withRows.slice(0, MOST_SHOWN_JOBS).map(describeMissingRow);
  const about = shown.length === 0 ? `no job of ${quoteText(path)} has a matrix` : shown.join('; ');
  throw new MintmarkError('invalid_request', `matrix: ${about}`);
}

/** Other files that one file may lead to, their characters in all, and how often git is asked for some. */
const MOST_SIBLINGS = 150;
const MOST_SIBLING_TEXT = 2_097_152;
const MOST_LISTINGS = 10;

async function readFile(
  path: string,
  given: string | null,
  query: JobQuery,
  frame: PlatformFrame,
  sources: JobSources,
): Promise<{ situation: Situation; found: readonly WorkflowJobFacts[]; elsewhere: readonly string[] }> {
  const file = locateWorkflow(path, query.directory, frame.workflowKind);
  const text = given ?? (await sources.readText(path));
  if (text === null) throw new MintmarkError('file_unreadable', `${quoteText(path)} is not there`);
  const { inputs, options } = splitInputs(query.options ?? {});
  const situation = await readSituation({ ...query, options }, frame, sources, path);
  const siblings = new Map<string, Sibling>();
  const listings = new Map<string, Promise<readonly string[] | null>>();
  const elsewhere: string[] = [];
  const found = await readWorkflowJobs(text, {
    file,
    situation: { ...situation.job, workflowFile: file.path },
    matrix: query.matrix ?? {},
    inputs,
    tellElsewhere: (names) => elsewhere.push(...names),
    readSibling: async (sibling) => {
      const known = siblings.get(sibling);
      if (known !== undefined) return known;
      const read = sibling === file.path ? { text } : await sources.readSibling(file.root, sibling);
      siblings.set(sibling, read);
      const length = [...siblings.values()].reduce((sum, one) => sum + (one.text?.length ?? 0), 0);
      if (siblings.size > MOST_SIBLINGS || length > MOST_SIBLING_TEXT) {
        throw new MintmarkError('invalid_request', `${quoteText(file.path)} leads to too many other files`);
      }
      return read;
    },
    listSiblings: async (pattern) => {
      if (listings.size >= MOST_LISTINGS && !listings.has(pattern)) return null;
      const known = listings.get(pattern) ?? sources.listSiblings(file.root, pattern);
      listings.set(pattern, known);
      return known;
    },
  });
  return { situation, found, elsewhere };
}

function assemble(situation: Situation, found: WorkflowJobFacts): ResolvedJob {
  const { facts, options, unknowns, warnings, refusal = null } = found;
  // What the caller says of the environment, the file need not know.
  const isSaid = situation.said.environment !== undefined;
  const open = unknowns.filter(({ where }) => !(isSaid && where.endsWith('.environment')));
  const isBranchAsked = open.some(({ expression }) => /\.default_branch\b|\bCI_DEFAULT_BRANCH\b/.test(expression));
  return {
    job: situation.complete(facts, options),
    unknowns: open,
    warnings: [...new Set([...situation.warnings, ...warnings, ...(isBranchAsked ? [NO_DEFAULT_BRANCH] : [])])],
    refusal: isSaid && refusal?.code === 'called_jobs' ? null : refusal,
  };
}

interface Wanted {
  readonly path: string;
  readonly wanted: string | undefined;
  /** What may have the job, but is not known here. */
  readonly elsewhere: readonly string[];
}

/** By its whole id, or by a part of it that no other job has: the caller's, the job's, the block's. */
function chooseJob(jobs: readonly WorkflowJobFacts[], { path, wanted, elsewhere }: Wanted): WorkflowJobFacts {
  const [first] = jobs;
  const rest = elsewhere.length === 0 ? '' : `; nobody here knows what is in ${showSafely(elsewhere.join(', '))}`;
  if (first === undefined) {
    throw new MintmarkError('invalid_request', `job: there are no jobs in ${quoteText(path)}${rest}`);
  }
  if (wanted === undefined || wanted === '') {
    if (jobs.length === 1) return first;
    throw new MintmarkError('invalid_request', `job: say which one with #: ${nameJobs(jobs)}`);
  }
  const exact = jobs.find(({ id }) => id === wanted);
  if (exact !== undefined) return exact;
  const parts = jobs.filter(({ id }) => id.startsWith(`${wanted}/`) || id.endsWith(`/${wanted}`));
  const [part] = parts;
  if (part !== undefined && parts.length === 1) return part;
  const about = parts.length > 1 ? `could be several: ${nameJobs(parts)}` : `is not there: ${nameJobs(jobs)}${rest}`;
  throw new MintmarkError('invalid_request', `job: ${quoteText(wanted)} ${about}`);
}

function nameJobs(jobs: readonly WorkflowJobFacts[]): string {
  const names = jobs.slice(0, 40).map(({ id }) => quoteText(id));
  return jobs.length > 40 ? `${names.join(', ')} and ${jobs.length - 40} more` : names.join(', ');
}
