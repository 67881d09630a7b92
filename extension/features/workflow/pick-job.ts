import { l10n, type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { JobTrigger } from '../../../daemon/protocol/jobs.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { type FoundJob, findJobs } from './find-jobs.ts';
import { findDirectory, type JobChoice } from './job-choice.ts';
import { listRefs } from './list-refs.ts';
import { listPlatforms, pickPlatform } from './pick-platform.ts';
import { recallJob } from './remember-job.ts';

interface Choice<T> extends QuickPickItem {
  readonly value: T;
}

/** Neutral words, which every platform takes. */
const TRIGGERS: readonly JobTrigger[] = ['push', 'tag', 'pull_request', 'fork', 'schedule', 'manual'];

const TITLE = () => l10n.t('Simulate Workflow Job');

/**
 * Asks for a job step by step: where it runs, which one, what starts it, and for which branch or tag. What was answered
 * last time is on top of each step. Undefined when the person gives up.
 */
export async function pickJob(context: PickContext): Promise<JobChoice | undefined> {
  const { session, extension } = context;
  const slug = await pickPlatform(context);
  if (slug === undefined) return undefined;
  const last = recallJob(extension);
  const platforms = await listPlatforms(session);
  const name = session.issuers.find((issuer) => issuer.slug === slug)?.platform ?? slug;
  const events = platforms.find((platform) => platform.name === name)?.events ?? [];
  // Not every platform has jobs that something starts.
  if (events.length === 0) return { slug };
  const jobs = await findJobs(session, name);
  const job = await pickFoundJob(jobs, last);
  if (job === undefined) return undefined;
  const chosen: JobChoice = { slug, ...(job && { file: job.file, id: job.id }) };
  const event = await pickEvent(events, job?.triggers ?? null, last?.event);
  if (event === undefined) return undefined;
  const ref = await pickRef(await listRefs(findDirectory(chosen)), last?.ref);
  if (ref === undefined) return undefined;
  return { ...chosen, event, ...(ref !== null && { ref }) };
}

type PickContext = Pick<FeatureContext, 'session' | 'extension'>;

/** null: a job that is in no file. */
async function pickFoundJob(
  jobs: readonly FoundJob[],
  last: JobChoice | undefined,
): Promise<FoundJob | null | undefined> {
  if (jobs.length === 0) return null;
  const isLast = ({ file, id }: FoundJob) => file === last?.file && id === last.id;
  const items: Choice<FoundJob | null>[] = jobs.map((job) => ({
    label: job.id,
    description: job.name.slice(0, job.name.lastIndexOf('#')),
    detail: job.isRefused ? l10n.t('no token') : l10n.t('sub: {0}', job.subject),
    value: job,
  }));
  const none = { label: l10n.t('A job that is in no file'), value: null };
  return await ask([...putFirst(items, ({ value }) => value !== null && isLast(value)), none], l10n.t('Which job?'));
}

function pickEvent(
  events: readonly string[],
  triggers: readonly string[] | null,
  last: string | undefined,
): Promise<string | undefined> {
  const words = [...new Set([...(triggers ?? []), ...events, ...TRIGGERS])];
  const items = words.map((event) => ({
    label: event,
    ...(triggers?.includes(event) && { description: l10n.t('the file says so') }),
    value: event,
  }));
  return ask(
    putFirst(items, ({ value }) => value === last && triggers?.includes(value) !== false),
    l10n.t('What starts it?'),
  );
}

/** null: what is checked out. */
async function pickRef(refs: readonly string[], last: string | undefined): Promise<string | null | undefined> {
  const checkedOut = { label: l10n.t('What is checked out'), value: null };
  const other = { label: l10n.t('$(edit) Another One…'), value: '' };
  const known: Choice<string | null>[] = [...new Set([...(last === undefined ? [] : [last]), ...refs])].map((ref) => ({
    label: ref,
    value: ref,
  }));
  const separator = { label: '', kind: QuickPickItemKind.Separator, value: null };
  const picked = await ask(
    [...putFirst([checkedOut, ...known], ({ value }) => value === (last ?? null)), separator, other],
    l10n.t('For which branch or tag?'),
  );
  if (picked !== '') return picked;
  const typed = await window.showInputBox({
    title: TITLE(),
    prompt: l10n.t('A branch or a tag: refs/heads/main, refs/tags/v1.0.0'),
    value: 'refs/heads/',
    validateInput: (text) =>
      /^refs\/(?:heads|tags)\/./.test(text) ? undefined : l10n.t('It begins with refs/heads/ or refs/tags/'),
  });
  return typed === '' ? undefined : typed;
}

async function ask<T>(items: readonly Choice<T>[], placeHolder: string): Promise<T | undefined> {
  const picked = await window.showQuickPick(items, {
    title: TITLE(),
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.value;
}

/** What was chosen last time is what Enter takes. */
function putFirst<T>(items: readonly T[], isFirst: (item: T) => boolean): T[] {
  return [...items.filter(isFirst), ...items.filter((item) => !isFirst(item))];
}
