import type { data } from '@actions/expressions';
import { MOST_JOBS, type WorkflowReading } from '../../workflow-job.ts';
import { type MatrixBudget, WHOLE_MATRICES } from '../expand-matrix.ts';
import type { Findings } from '../findings.ts';
import { refuseFile, type YamlTree } from '../yaml-tree.ts';
import { toDictionary } from './dictionary.ts';
import { PartialObject, type TextBudget } from './expressions.ts';

/** One workflow of a chain of calls, and what it got from its caller. */
export interface Level {
  readonly reading: WorkflowReading;
  /** Path of its file, for messages. */
  readonly path: string;
  readonly root: YamlTree;
  readonly github: data.Dictionary;
  readonly inputs: data.Dictionary;
  /** Where `./` leads: `owner/name` and a full ref. */
  readonly repository: string;
  readonly ref: string;
  /** null: this is the workflow that the event started. */
  readonly caller: Caller | null;
  /** Paths of the workflows that led here, its own the last. */
  readonly chain: readonly string[];
  /** What is to be said of choices that were made for whoever starts the run, as soon as a value is made of them. */
  readonly guesses: Set<string>;
  /** What holds for all of its jobs. */
  readonly findings: Findings;
  readonly triggers: readonly string[];
  /** What may still be read, over all levels. */
  readonly budget: { jobs: number; nodes: number } & MatrixBudget & TextBudget;
  /** Called workflows by path, parsed once. */
  readonly parsed: Map<string, CalledTree>;
}

/** The file of a called workflow, or why there is none; no reason: it is another repository's. */
export type CalledTree =
  | { readonly root: YamlTree; readonly absence: null }
  | {
      readonly root: null;
      /** `isCertain`: the platform would not find its jobs either. */
      readonly absence: { readonly reason: string; readonly isCertain: boolean } | null;
    };

/** The job that called a workflow. */
export interface Caller {
  readonly id: string;
  readonly name: string;
  /** In the file that the event started. */
  readonly line: number;
  readonly grant: boolean | null;
  /** `job_workflow_ref` of the jobs that it calls. */
  readonly reusableWorkflow: string;
}

/** Neither jobs nor what is in them add up without end, also where one workflow is called many times. */
export const WHOLE_BUDGET = {
  jobs: MOST_JOBS,
  nodes: 1_000_000,
  matrices: WHOLE_MATRICES,
  texts: 500_000,
} as const;

/** @throws MintmarkError `invalid_request` when a file has too much in it */
export function spendOnJob({ budget, path }: Level, { line, size }: YamlTree): void {
  budget.jobs -= 1;
  budget.nodes -= size;
  if (budget.jobs < 0 || budget.nodes < 0)
    throw refuseFile(path, line, `there are more than ${MOST_JOBS} jobs, or too much in them`);
}

/**
 * Contexts that are there for `if`, `strategy` and the rest of a job (docs: "Contexts
 * reference", "Context availability").
 */
export function listContexts(
  { github, inputs, reading }: Level,
  kind: 'if' | 'strategy' | 'job',
  matrix?: data.Dictionary,
): Readonly<Record<string, data.Dictionary>> {
  const common = {
    github,
    inputs,
    needs: new PartialObject('needs', {}),
    vars: new PartialObject('vars', {}),
    ...(reading.file.kind === 'forgejo' && { forgejo: github, gitea: github, forge: github }),
  };
  if (kind !== 'job') return common;
  return { ...common, strategy: new PartialObject('strategy', {}), matrix: matrix ?? toDictionary({}) };
}
