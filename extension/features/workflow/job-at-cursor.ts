import { window } from 'vscode';
import type { WorkflowJob } from '../../../daemon/protocol/jobs.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import type { JobChoice } from './job-choice.ts';
import { readJobs, takeText } from './read-jobs.ts';
import { placeWorkflow } from './workflow-files.ts';

/** The job that the cursor of the active editor is in, or the only one there; undefined elsewhere. */
export async function findJobAtCursor(session: Pick<DaemonSession, 'call'>): Promise<JobChoice | undefined> {
  const editor = window.activeTextEditor;
  if (editor?.document.uri.scheme !== 'file') return undefined;
  const place = placeWorkflow(editor.document.uri.fsPath);
  const taken = takeText(editor.document);
  if (place === null || taken === undefined) return undefined;
  // A file that is no workflow yet has no job at the cursor: whoever asked asks the person.
  const jobs = await readJobs(session, taken).catch(() => []);
  const job = findJobAt(jobs, editor.selection.active.line + 1);
  return job && { slug: place.platform, file: taken.file, id: job.id, event: job.description.event };
}

/** @param line counts from 1 */
export function findJobAt(jobs: readonly WorkflowJob[], line: number): WorkflowJob | undefined {
  return jobs.length === 1 ? jobs[0] : jobs.toSorted((a, b) => a.line - b.line).findLast((job) => job.line <= line);
}
