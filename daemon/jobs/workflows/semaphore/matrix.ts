import { expandMatrix, type MatrixBudget, spendOnNodes } from '../expand-matrix.ts';
import { type Findings, noteUnknown } from '../findings.ts';
import { type ChosenRow, chooseRow, leaveRowsOpen, takeAskedRow } from '../matrix.ts';
import { listItems, pick, readText, readTexts } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';

/** Where a matrix stands. */
export interface SemaphoreMatrixPlace {
  readonly where: string;
  readonly findings: Findings;
  readonly budget: MatrixBudget;
}

/** The matrix of a job, and what the job is called with the chosen row. */
export interface SemaphoreMatrix extends ChosenRow {
  readonly jobName: string;
}

/** As many as the file may ask for (`plumber/spec/priv/v1.0.yml`). */
const MOST_PARALLEL = 50;
const INDEX = 'SEMAPHORE_JOB_INDEX';

/**
 * Reads `matrix` of a job, or `parallelism`, which is a matrix of numbers (Semaphore docs: "Pipeline YAML reference";
 * `plumber/job_matrix`). What is computed when the pipeline starts, nobody here knows.
 */
export function readSemaphoreMatrix(
  job: YamlTree,
  jobName: string,
  wanted: Readonly<Record<string, string>>,
  place: SemaphoreMatrixPlace,
): SemaphoreMatrix {
  const parallelism = readText(pick(job, 'parallelism'));
  const chosen =
    parallelism === undefined
      ? chooseFromMatrix(pick(job, 'matrix'), wanted, place)
      : chooseIndex(parallelism, wanted, place);
  if (chosen.row === null) return { ...chosen, jobName };
  const index = chosen.row[INDEX];
  const suffix =
    parallelism !== undefined && index !== undefined
      ? `${index}/${parallelism}`
      : Object.entries(chosen.row)
          .map((pair) => pair.join('='))
          .join(', ');
  return { ...chosen, jobName: `${jobName} - ${suffix}` };
}

function chooseFromMatrix(
  matrix: YamlTree | undefined,
  wanted: Readonly<Record<string, string>>,
  place: SemaphoreMatrixPlace,
): ChosenRow {
  const axes = new Map<string, readonly string[]>();
  const { budget, findings } = place;
  const at = { where: `${place.where}.matrix`, findings };
  if (!spendOnNodes(budget, matrix?.size ?? 0)) return leaveRowsOpen(wanted, at);
  for (const axis of listItems(matrix)) {
    const values = pick(axis, 'values');
    const computed = readText(values);
    if (computed !== undefined) return leaveOpen(computed, wanted, place);
    axes.set(readText(pick(axis, 'env_var')) ?? '', readTexts(values));
  }
  const rows = expandMatrix(Object.fromEntries(axes), [], [], budget);
  return rows === null ? leaveRowsOpen(wanted, at) : chooseRow(rows, wanted);
}

function chooseIndex(
  parallelism: string,
  wanted: Readonly<Record<string, string>>,
  place: SemaphoreMatrixPlace,
): ChosenRow {
  const count = Number(parallelism);
  if (!Number.isInteger(count) || count < 1) return leaveOpen(parallelism, wanted, place);
  const rows = Array.from({ length: Math.min(count, MOST_PARALLEL) }, (_, at) => ({ [INDEX]: String(at + 1) }));
  return chooseRow(rows, wanted);
}

function leaveOpen(
  expression: string,
  wanted: Readonly<Record<string, string>>,
  { findings, where }: SemaphoreMatrixPlace,
): ChosenRow {
  const taken = takeAskedRow(wanted);
  if (taken.row === null) noteUnknown(findings, expression, `${where}.matrix`, null);
  return taken;
}
