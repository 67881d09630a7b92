import { workspace } from 'vscode';
import type { JobQuery } from '../../../daemon/protocol/jobs.ts';
import { placeWorkflow } from './workflow-files.ts';

/** A job as people choose it. What is left out is up to its platform. No token and no secret is in it. */
export interface JobChoice {
  /** The issuer; of the name of its platform where that is the platform's first. */
  readonly slug: string;
  /** Absolute path of the workflow file, and the job in it. */
  readonly file?: string;
  readonly id?: string;
  readonly event?: string;
  readonly ref?: string;
  readonly options?: Readonly<Record<string, string>>;
}

/** Where the job's repository is: that of its workflow file, else what is open; undefined when nothing is. */
export function findDirectory({ file }: JobChoice): string | undefined {
  if (file !== undefined) return placeWorkflow(file)?.root;
  const folder = workspace.workspaceFolders?.[0]?.uri;
  return folder?.scheme === 'file' ? folder.fsPath : undefined;
}

/** The job as the daemon is asked for it. */
export function toJobQuery(choice: JobChoice): JobQuery {
  const { file, id, event, ref, options } = choice;
  const directory = findDirectory(choice);
  return {
    ...(event !== undefined && { event }),
    ...(file !== undefined && id !== undefined && { job: `${file}#${id}` }),
    ...(ref !== undefined && { ref }),
    ...(directory !== undefined && { directory }),
    ...(options !== undefined && { options: { ...options } }),
  };
}

const TEXTS: readonly string[] = ['slug', 'file', 'id', 'event', 'ref'];

/** Is the argument of a command such a choice? Commands are open to every extension, so it may be anything. */
export function isJobChoice(argument: unknown): argument is JobChoice {
  if (!isObject(argument) || !Object.hasOwn(argument, 'slug')) return false;
  return Object.entries(argument).every(([name, value]) =>
    name === 'options' ? isObject(value) && Object.values(value).every(isText) : TEXTS.includes(name) && isText(value),
  );
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string';
