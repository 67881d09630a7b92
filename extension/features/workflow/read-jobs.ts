import type { TextDocument } from 'vscode';
import type { WorkflowJob } from '../../../daemon/protocol/jobs.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { placeWorkflow } from './workflow-files.ts';

/** The daemon takes no more of an unsaved text (protocol), nor does the channel to it. */
const LONGEST_TEXT = 200_000;

export interface WorkflowText {
  /** Absolute path. */
  readonly file: string;
  /** What is in the editor; undefined: what is on the disk. */
  readonly text?: string | undefined;
}

/**
 * The jobs of a workflow file with what their tokens would say, for a push; where no job starts on that, for the first
 * event that starts them. Nothing is minted.
 * @throws MintmarkError `invalid_request` with file and line for what is no workflow, and what the session throws
 */
export async function readJobs(
  session: Pick<DaemonSession, 'call'>,
  { file, text }: WorkflowText,
): Promise<readonly WorkflowJob[]> {
  const place = placeWorkflow(file);
  if (place === null) return [];
  const asked = { slug: place.platform, file, directory: place.root, ...(text !== undefined && { text }) };
  const { items } = await session.call('jobs.list', asked);
  const event = findOtherEvent(items);
  return event === null ? items : (await session.call('jobs.list', { ...asked, event })).items;
}

/** The event to ask for where the usual one starts none of the jobs; null: it starts some, or nobody knows. */
function findOtherEvent(jobs: readonly WorkflowJob[]): string | null {
  const [first] = jobs;
  if (first?.triggers == null || first.triggers.length === 0) return null;
  const isStarted = jobs.some(({ triggers, description }) => triggers?.includes(description.event) !== false);
  return isStarted ? null : (first.triggers[0] ?? null);
}

/** An editor's text as it is now; undefined for one that is too long to be sent. */
export function takeText(document: TextDocument): WorkflowText | undefined {
  const text = document.getText();
  return text.length > LONGEST_TEXT ? undefined : { file: document.uri.fsPath, text };
}
