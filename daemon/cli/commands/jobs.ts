import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { splitJob } from '../../jobs/resolve-job.ts';
import { locateWorkflow } from '../../jobs/workflow-file.ts';
import { PLATFORM_OF } from '../../platforms/workflow-platforms.ts';
import { MintmarkError } from '../../problem.ts';
import { JOB_TRIGGERS } from '../../protocol/jobs.ts';
import { quoteText } from '../../token/quote.ts';
import { showSafely } from '../../token/safe-text.ts';
import { type AddCommand, showExamples } from '../command-entry.ts';
import { addJobOptions, type JobOptions, readIssuer, readJobQuery } from '../job-options.ts';
import { type JobOfEvent, type JobOfFile, listNotes } from '../jobs/list-notes.ts';
import type { Session } from '../session.ts';
import { drawTable } from '../text-table.ts';
import { readWorkingDirectory } from '../working-directory.ts';

export const addJobs: AddCommand = (program, run) => {
  const jobs = program
    .command('jobs')
    .summary('show what the jobs of a workflow file would be called in their tokens')
    .description('Jobs of workflow files; nothing is minted.')
    .addHelpText('after', showExamples('jobs list .github/workflows/deploy.yml'));

  const list = jobs
    .command('list <file>')
    .description(
      'Every job of a workflow file with the subject of its token, by event, or why it would get none; what is unknown ' +
        'or doubtful of them is told on stderr.\n' +
        'Without --event for push, tag, pull_request, fork, schedule and manual.',
    );
  addJobOptions(list, "who signs (default: the first issuer of the file's platform)")
    .addHelpText(
      'after',
      showExamples(
        'jobs list .github/workflows/deploy.yml',
        'jobs list .gitlab-ci.yml --event merge_request_event --json',
      ),
    )
    .action((file: string, options: JobOptions) =>
      run(async (session) => {
        const items = await listJobs(session, file, options);
        session.print({ items }, drawTable(['JOB', 'EVENTS', 'SUBJECT'], items.flatMap(toRows), session.width));
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

async function listJobs(session: Session, name: string, options: JobOptions): Promise<readonly JobOfFile[]> {
  const cwd = readWorkingDirectory();
  const file = findFile(resolve(cwd, name));
  const { job: _, event, ...query } = readJobQuery({ ...options, job: `${file}#all` }, cwd);
  const slug = readIssuer(options) ?? PLATFORM_OF[locateWorkflow(file, cwd).kind];
  const byId = new Map<string, { id: string; line: number; events: JobOfEvent[] }>();
  for (const asked of event === undefined ? JOB_TRIGGERS : [event]) {
    const page = await session.call('jobs.list', { slug, file, event: asked, ...query });
    for (const { id, line, isLeftOut, description } of page.items) {
      const known = byId.get(id) ?? { id, line, events: [] };
      known.events.push({ event: asked, isLeftOut, description });
      byId.set(id, known);
    }
  }
  return [...byId.values()].sort((a, b) => a.line - b.line);
}

/** One row for all events that come to the same. */
function toRows({ id, events }: JobOfFile): string[][] {
  const byOutcome = new Map<string, string[]>();
  for (const { event, isLeftOut, description } of events) {
    const { refusal, subject } = description;
    const outcome = isLeftOut ? 'does not run' : refusal === null ? subject : `no token: ${refusal.mend}`;
    byOutcome.set(outcome, [...(byOutcome.get(outcome) ?? []), event]);
  }
  return [...byOutcome].map(([outcome, names], index) => [
    index === 0 ? id : '',
    names.length === events.length && names.length > 1 ? 'all' : names.join(', '),
    outcome,
  ]);
}
