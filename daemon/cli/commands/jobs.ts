import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { splitJob } from '../../jobs/resolve-job.ts';
import { readTrigger } from '../../jobs/triggers.ts';
import { locateWorkflow } from '../../jobs/workflow-file.ts';
import { PLATFORM_OF } from '../../platforms/workflow-platforms.ts';
import { MintmarkError } from '../../problem.ts';
import { JOB_TRIGGERS, type WorkflowJob } from '../../protocol/jobs.ts';
import { isPlatformName } from '../../protocol/platform-names.ts';
import { quoteText } from '../../token/quote.ts';
import { showSafely } from '../../token/safe-text.ts';
import { type AddCommand, showExamples } from '../command-entry.ts';
import { readWorkingDirectory } from '../files/working-directory.ts';
import { type JobOfEvent, type JobOfFile, listNotes } from '../jobs/list-notes.ts';
import { addJobOptions, type JobOptions, readIssuer, readJobQuery } from '../options/job-options.ts';
import type { Session } from '../session.ts';
import { drawTable } from '../terminal/text-table.ts';

export const addJobs: AddCommand = (program, run) => {
  const jobs = program
    .command('jobs')
    .description('Jobs of workflow files; nothing is minted.')
    .addHelpText('after', showExamples('jobs list .github/workflows/deploy.yml'));

  const list = jobs
    .command('list <file>')
    .description(
      'Every job of a workflow file with the subject of its token, by event, or why it would get none; what is unknown ' +
        'or doubtful of them is told on stderr.\n' +
        'Without --event for push, tag, pull_request, fork, schedule and manual, and, where none of them starts a job, ' +
        'for the events that do.',
    );
  addJobOptions(
    list,
    "who signs (default: the first issuer of the file's platform)",
    "as that platform's first issuer, which need not be there",
  )
    .addHelpText(
      'after',
      showExamples(
        'jobs list .github/workflows/deploy.yml',
        'jobs list .gitlab-ci.yml --event merge_request_event --json',
      ),
    )
    .action((file: string, options: JobOptions) =>
      run(async (session) => {
        const { items, asked } = await listJobs(session, file, options);
        session.print({ items }, drawJobs(items, asked, session.width));
        if (items.length === 0) session.tell(`mintmark: ${describeEmpty(file)}`);
        if (!session.json) for (const note of listNotes(items)) session.tell(`mintmark: ${note}`);
        return 0;
      }),
    );
};

/** An empty table says nothing of what else was looked for. */
function describeEmpty(file: string): string {
  const elsewhere = ', and those of an include that is no file of this repository are not known here';
  return `no job is in ${quoteText(file)}${/gitlab/.test(file) ? elsewhere : ''}`;
}

/** @throws MintmarkError `file_unreadable`, `usage` for one of its jobs */
function findFile(path: string): string {
  if (existsSync(path)) return path;
  const { path: file, wanted } = splitJob(path);
  if (wanted === undefined || !existsSync(file)) {
    throw new MintmarkError('file_unreadable', `${quoteText(file)} is not there`);
  }
  throw new MintmarkError('usage', `all jobs of a file are listed: leave out #${showSafely(wanted)}`);
}

interface ListedFile {
  readonly items: readonly JobOfFile[];
  /** The events that they were asked for by. */
  readonly asked: readonly string[];
}

/** Where no event of the usual ones starts any of the jobs, the file's own ones are asked for that do. */
async function listJobs(session: Session, name: string, options: JobOptions): Promise<ListedFile> {
  const cwd = readWorkingDirectory();
  const file = findFile(resolve(cwd, name));
  const { job: _, event: _event, ...query } = readJobQuery({ ...options, job: `${file}#all` }, cwd);
  const slug = readIssuer(options) ?? PLATFORM_OF[locateWorkflow(file, cwd).kind];
  const byId = new Map<string, { id: string; line: number; events: JobOfEvent[] }>();
  const asked: string[] = [];
  const ask = async (event: string): Promise<readonly WorkflowJob[]> =>
    (await session.call('jobs.list', { slug, file, event, ...query })).items;
  const keep = (event: string, items: readonly WorkflowJob[]): void => {
    asked.push(event);
    for (const { id, line, isLeftOut, description } of items) {
      const known = byId.get(id) ?? { id, line, events: [] };
      known.events.push({ event, isLeftOut, description });
      byId.set(id, known);
    }
  };
  let triggers: readonly string[] | null = null;
  for (const event of options.event === undefined ? JOB_TRIGGERS : [options.event]) {
    const items = await ask(event);
    triggers ??= items[0]?.triggers ?? null;
    keep(event, items);
  }
  const isStarted = [...byId.values()].some(({ events }) => events.some(({ isLeftOut }) => !isLeftOut));
  if (options.event === undefined && byId.size > 0 && !isStarted) {
    const own = triggers ?? (await listPlatformEvents(session, slug));
    for (const event of own.filter(isOtherEvent).slice(0, MOST_EVENTS)) {
      const items = await ask(event);
      if (items.some(({ isLeftOut }) => !isLeftOut)) keep(event, items);
    }
  }
  return { items: [...byId.values()].sort((a, b) => a.line - b.line), asked };
}

/** Of a file that none of the usual ones starts; no platform has more. */
const MOST_EVENTS = 40;

async function listPlatformEvents(session: Session, slug: string): Promise<readonly string[]> {
  const platform = isPlatformName(slug) ? slug : (await session.call('issuers.show', { slug })).platform;
  const { items } = await session.call('platforms.list', {});
  return items.find(({ name }) => name === platform)?.events ?? [];
}

/** Is it an event that somebody has, but not one of those that were asked for already? */
function isOtherEvent(event: string): boolean {
  try {
    return readTrigger(event) !== event;
  } catch {
    return false;
  }
}

/** @param asked the events that were asked for: one for which the file does not have a job does not run it */
function drawJobs(jobs: readonly JobOfFile[], asked: readonly string[], width: number | null): string {
  const rows = jobs.flatMap(({ id, events }) => {
    const absent = asked.filter((event) => events.every((known) => known.event !== event));
    return toRows(id, [
      ...events.map((known) => [known.event, describeOutcome(known)] as const),
      ...absent.map(leaveOut),
    ]);
  });
  return drawTable(['JOB', 'EVENTS', 'SUBJECT'], rows, width);
}

const LEFT_OUT = 'does not run';
const leaveOut = (event: string) => [event, LEFT_OUT] as const;

function describeOutcome({ isLeftOut, description: { refusal, subject } }: JobOfEvent): string {
  if (isLeftOut) return LEFT_OUT;
  return refusal === null ? subject : `no token: ${refusal.mend}`;
}

/** One row for all events that come to the same. */
function toRows(id: string, outcomes: readonly (readonly [event: string, outcome: string])[]): string[][] {
  const byOutcome = new Map<string, string[]>();
  for (const [event, outcome] of outcomes) byOutcome.set(outcome, [...(byOutcome.get(outcome) ?? []), event]);
  return [...byOutcome].map(([outcome, names], index) => [
    index === 0 ? id : '',
    names.length === outcomes.length && names.length > 1 ? 'all' : names.join(', '),
    outcome,
  ]);
}
