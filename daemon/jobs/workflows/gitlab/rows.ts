import type { WorkflowReading } from '../../workflow-job.ts';
import { expandMatrix, type MatrixBudget, spendOnNodes } from '../expand-matrix.ts';
import type { Findings } from '../findings.ts';
import { type ChosenRow, chooseRow, leaveRowsOpen, type MatrixRow, MOST_ROWS } from '../matrix.ts';
import { listEntries, listItems, pick, readText, readTexts } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';

interface RowsPlace {
  readonly where: string;
  readonly findings: Findings;
  readonly budget: MatrixBudget;
}

/** What tells the jobs of `parallel: 3` apart. */
const INDEX = 'CI_NODE_INDEX';
/** GitLab docs: "parallel". */
const MOST_PARALLEL = 200;

export interface GitlabRows extends ChosenRow {
  /** What the job is called with the chosen row (`Normalizer::MatrixStrategy`, `Normalizer::NumberStrategy`). */
  readonly name: string;
  /** Of the row among all, from 1; null: there are none, or nobody here knows it. */
  readonly index: number | null;
  /** Jobs that it comes to; null: nobody here knows how many. */
  readonly total: number | null;
}

/** The rows of `parallel: matrix:`, each item of which is a matrix of its own, or of `parallel: 3`. */
export function readRows(id: string, job: YamlTree, wanted: WorkflowReading['matrix'], place: RowsPlace): GitlabRows {
  const parallel = pick(job, 'parallel');
  const count = Number(readText(parallel) ?? Number.NaN);
  if (parallel?.kind === 'scalar' && Number.isInteger(count) && count >= 1) {
    const total = Math.min(count, MOST_PARALLEL);
    const chosen = chooseRow(
      Array.from({ length: total }, (_, at) => ({ [INDEX]: String(at + 1) })),
      wanted,
    );
    const index = Number(chosen.row?.[INDEX]);
    return { ...chosen, name: `${id} ${index}/${total}`, index, total };
  }
  const chosen = chooseFromMatrix(pick(parallel, 'matrix'), wanted, place);
  const { row, rows } = chosen;
  const name = row === null ? id : nameRow(id, row);
  const index = rows.findIndex((one) => JSON.stringify(one) === JSON.stringify(row)) + 1;
  const total = rows.length > 0 ? rows.length : parallel === undefined ? 1 : null;
  return { ...chosen, name, index: index === 0 ? null : index, total };
}

export function nameRow(id: string, row: Readonly<Record<string, string>>): string {
  return `${id}: [${Object.values(row).join(', ')}]`;
}

function chooseFromMatrix(
  matrix: YamlTree | undefined,
  wanted: WorkflowReading['matrix'],
  { where, findings, budget }: RowsPlace,
): ChosenRow {
  const at = { where: `${where}.parallel.matrix`, findings };
  if (!spendOnNodes(budget, matrix?.size ?? 0)) return leaveRowsOpen(wanted, at);
  const rows: MatrixRow[] = [];
  for (const item of listItems(matrix)) {
    if (rows.length >= MOST_ROWS) break;
    const axes = listEntries(item).map(([name, { value }]) => [name, readTexts(value)] as const);
    const more = expandMatrix(Object.fromEntries(axes), [], [], budget);
    if (more === null) return leaveRowsOpen(wanted, at);
    rows.push(...more);
  }
  return chooseRow(rows.slice(0, MOST_ROWS), wanted);
}
