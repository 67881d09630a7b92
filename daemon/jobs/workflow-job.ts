import type { JobRefusal, UnknownValue } from '../protocol/jobs.ts';
import type { JobFacts } from './complete-job.ts';
import type { Job } from './job.ts';
import type { Sibling, WorkflowFile } from './workflow-file.ts';

/** What a workflow file says about one of its jobs, for one event. */
export interface WorkflowJobFacts {
  /** As `--job FILE#ID` names it: `deploy`, `release/deploy` for a job of a reusable workflow or of a block. */
  readonly id: string;
  readonly name: string;
  /** Counts from 1; of the calling job where the job is in another file. */
  readonly line: number;
  readonly facts: JobFacts;
  /** Options of the platform that the file decides: contexts, tiers and the like. They go before defaults. */
  readonly options: Readonly<Record<string, string>>;
  /** Events that start the file's jobs, in the platform's words; null: the file does not say. */
  readonly triggers: readonly string[] | null;
  /** Rows of its matrix, as texts; empty: it has none, or nobody knows them. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** Was a row asked for that the matrix does not have? */
  readonly isRowMissing: boolean;
  /** Would the event certainly not run it? The warnings say why. */
  readonly isLeftOut: boolean;
  /**
   * Why there is no token of it, however much else is known; `called_jobs` holds unless the caller says what environment
   * it has.
   */
  readonly refusal?: JobRefusal;
  readonly unknowns: readonly UnknownValue[];
  readonly warnings: readonly string[];
}

/** What readers of workflow files work with. */
export interface WorkflowReading {
  readonly file: WorkflowFile;
  /** The job as it is without the file: what expressions and variables see. */
  readonly situation: Job;
  /** The row of a matrix that is asked for. */
  readonly matrix: Readonly<Record<string, string>>;
  /** What a run by hand, or a caller, gives for inputs of the file, by name. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Another file of the same repository, by its path below the root, with slashes. */
  readonly readSibling: (path: string) => Promise<Sibling>;
  /** Paths of others, by a pattern of git's; null: nobody knows. */
  readonly listSiblings: (pattern: string) => Promise<readonly string[] | null>;
  /** Takes what may have more jobs of the file, but is not known here. */
  readonly tellElsewhere: (names: readonly string[]) => void;
}

export type ReadWorkflow = (text: string, reading: WorkflowReading) => Promise<readonly WorkflowJobFacts[]>;

/** Jobs of one file, reusable ones included, at most. */
export const MOST_JOBS = 1_000;
