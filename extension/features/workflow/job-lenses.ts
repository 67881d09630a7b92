import { type CancellationToken, CodeLens, type Command, l10n, Range, type TextDocument, workspace } from 'vscode';
import { MintmarkError } from '../../../daemon/problem.ts';
import type { WorkflowJob } from '../../../daemon/protocol/jobs.ts';
import { COMMANDS, SECTION, SETTINGS } from '../../contributions.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { groupBy } from '../text/group-by.ts';
import type { JobChoice } from './job-choice.ts';
import { JOB_COMMANDS } from './job-commands.ts';
import { writeJobTitle, writeJobTooltip, writePlainly } from './job-words.ts';
import { readJobs, takeText } from './read-jobs.ts';
import { placeWorkflow } from './workflow-files.ts';

/** Jobs of a reusable workflow all stand at the line that calls it. */
const MOST_ON_LINE = 3;
/** What a lens says that is of an older text: new ones are on their way. */
const CHANGING = '…';

/** The words of lenses, which they come without: the editor would keep them, and show them over another text later. */
const writers = new WeakMap<CodeLens, () => Command>();

function makeLens(line: number, write: () => Command): CodeLens {
  const lens = new CodeLens(new Range(line, 0, line, 0));
  writers.set(lens, write);
  return lens;
}

/** `sub: repo:acme/widgets:environment:prod | Mint | Open CI Terminal | Watch` above each job of a workflow file. */
export async function provideJobLenses(
  session: DaemonSession,
  document: TextDocument,
  cancellation: CancellationToken,
): Promise<CodeLens[]> {
  const settings = workspace.getConfiguration(SECTION, document.uri);
  const place = placeWorkflow(document.uri.fsPath);
  if (place === null || !settings.get(SETTINGS.workflowLenses, true)) return [];
  if (session.state.kind === 'stopped' || session.state.kind === 'failed') return [offerStart()];
  const taken = session.state.kind === 'running' ? takeText(document) : undefined;
  if (taken === undefined) return [];
  const { version } = document;
  const isCurrent = () => !document.isClosed && document.version === version;
  try {
    const jobs = await readJobs(session, taken);
    if (cancellation.isCancellationRequested || !isCurrent()) return [];
    const choose = ({ id, description }: WorkflowJob): JobChoice => ({
      slug: place.platform,
      file: taken.file,
      id,
      event: description.event,
    });
    return [...groupBy(jobs, ({ line }) => line).values()].flatMap((together) =>
      together
        .slice(0, MOST_ON_LINE)
        .flatMap((job) => makeLenses(job, choose(job), { isCurrent, isNamed: together.length > 1 })),
    );
  } catch (error) {
    // What is no workflow yet says so at its first line; anything else is no matter of this text.
    if (!(error instanceof MintmarkError) || error.code !== 'invalid_request') throw error;
    return [makeLens(findLine(error.message), () => ({ title: explain(error.message, taken.file), command: '' }))];
  }
}

/** The same lens with words, if they still hold. */
export function resolveJobLens(lens: CodeLens): CodeLens {
  const write = writers.get(lens);
  return write === undefined ? lens : new CodeLens(lens.range, write());
}

function offerStart(): CodeLens {
  return makeLens(0, () => ({
    title: l10n.t('Start Issuer'),
    tooltip: l10n.t('Shows what the tokens of these jobs would say'),
    command: COMMANDS.startIssuer,
  }));
}

interface Circumstances {
  readonly isCurrent: () => boolean;
  /** Is it told by its name from others at the same line? */
  readonly isNamed: boolean;
}

function makeLenses(job: WorkflowJob, choice: JobChoice, { isCurrent, isNamed }: Circumstances): CodeLens[] {
  const line = Math.max(0, job.line - 1);
  const offer = (title: string, command: string, tooltip: string): CodeLens =>
    makeLens(line, () => ({ title, command, tooltip, arguments: [choice] }));
  const title = writeJobTitle(job);
  const name = isNamed ? `${writePlainly(job.id)} · ` : '';
  const actions = [
    offer(l10n.t('Open CI Terminal'), COMMANDS.openCiTerminal, l10n.t('A terminal with the environment of this job')),
    offer(l10n.t('Watch'), JOB_COMMANDS.watch, l10n.t('Mint the token of this job and follow its verdict')),
  ];
  return [
    makeLens(line, () => ({
      title: isCurrent() ? `${name}${title}` : CHANGING,
      command: COMMANDS.simulateJob,
      tooltip: writeJobTooltip(job),
      arguments: [choice],
    })),
    ...(job.description.refusal === null
      ? [offer(l10n.t('Mint'), JOB_COMMANDS.mint, l10n.t('Mint the token of this job')), ...actions]
      : actions.slice(0, 1)),
  ];
}

/** Where a file is wrong: the daemon names file and line. */
function findLine(message: string): number {
  const line = /:(\d+)(?::\d+)?: /.exec(message)?.[1];
  return line === undefined ? 0 : Math.max(0, Number(line) - 1);
}

function explain(message: string, file: string): string {
  return writePlainly(l10n.t('no jobs: {0}', message.replaceAll(file, '')));
}
