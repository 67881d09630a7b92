import { type Uri, workspace } from 'vscode';
import { MintmarkError } from '../../../daemon/problem.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { readJobs, takeText } from './read-jobs.ts';
import { WORKFLOW_FILES } from './workflow-files.ts';

/** A job of a workflow file in the workspace. */
export interface FoundJob {
  /** Absolute path. */
  readonly file: string;
  readonly id: string;
  /** `.github/workflows/deploy.yml#deploy` */
  readonly name: string;
  readonly subject: string;
  readonly isRefused: boolean;
  /** Events that start it, in the platform's words; null: the file does not say. */
  readonly triggers: readonly string[] | null;
}

const MOST_FILES = 60;
const MOST_JOBS = 500;
const AT_ONCE = 4;

/** A job of a file, as people read it: by the path below what is open. */
export function nameJob(file: string, id: string): string {
  return `${workspace.asRelativePath(file)}#${id}`;
}

/** Every job of the workspace that could run on a platform, by file and line. What cannot be read is left out. */
export async function findJobs(session: Pick<DaemonSession, 'call'>, platform: string): Promise<readonly FoundJob[]> {
  const globs = WORKFLOW_FILES.filter((files) => files.platform === platform).map(({ glob }) => glob);
  const found = await Promise.all(globs.map((glob) => workspace.findFiles(glob, '**/node_modules/**', MOST_FILES)));
  const uris = found
    .flat()
    .filter(({ scheme }) => scheme === 'file')
    .toSorted((a, b) => a.fsPath.localeCompare(b.fsPath));
  const jobs: FoundJob[] = [];
  for (let at = 0; at < uris.length && jobs.length < MOST_JOBS; at += AT_ONCE) {
    const lists = await Promise.all(uris.slice(at, at + AT_ONCE).map((uri) => readFile(session, uri)));
    jobs.push(...lists.flat());
  }
  return jobs.slice(0, MOST_JOBS);
}

async function readFile(session: Pick<DaemonSession, 'call'>, uri: Uri): Promise<readonly FoundJob[]> {
  const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  const taken = (open && takeText(open)) ?? { file: uri.fsPath };
  try {
    const jobs = await readJobs(session, taken);
    return jobs.map(({ id, triggers, description: { subject, refusal } }) => ({
      file: taken.file,
      id,
      name: nameJob(taken.file, id),
      subject,
      isRefused: refusal !== null,
      triggers,
    }));
  } catch (error) {
    if (error instanceof MintmarkError) return [];
    throw error;
  }
}
