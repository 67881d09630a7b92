import { type MatrixBudget, spendOnNodes, spendOnRow } from '../expand-matrix.ts';
import { type Findings, noteUnknown } from '../findings.ts';
import { type ChosenRow, chooseRow, leaveRowsOpen, type MatrixRow, MOST_ROWS, takeAskedRow } from '../matrix.ts';
import { listEntries, pick, readText } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';

/** The variable that says which row a job is of (Azure docs: "Predefined variables", `Agent.JobName`). */
const NAME = 'Agent.JobName';

/** The matrix of a job: its rows are variables, and the name of the row is one of them. */
export interface AzureMatrix extends ChosenRow {
  /** Of the chosen row; null: there is none, or nobody here knows it. */
  readonly name: string | null;
}

interface MatrixPlace {
  /** The job's id. */
  readonly where: string;
  readonly findings: Findings;
  readonly budget: MatrixBudget;
}

/**
 * Reads `strategy: matrix` of a job (Azure docs: "jobs.job.strategy definition"). Where an expression makes it that only
 * a run evaluates, or that is too much, the row that was asked for is taken as one of its rows.
 */
export function readAzureMatrix(
  job: YamlTree,
  asked: Readonly<Record<string, string>>,
  { where: id, findings, budget }: MatrixPlace,
): AzureMatrix {
  const tree = pick(pick(job, 'strategy'), 'matrix');
  const where = `${id}.strategy.matrix`;
  const computed = readText(tree);
  if (computed !== undefined) {
    const taken = takeAskedRow(asked);
    if (taken.row === null) noteUnknown(findings, computed, where, null);
    return nameRow(taken);
  }
  const rows = listRows(tree, budget);
  if (rows === null) return nameRow(leaveRowsOpen(asked, { where, findings }));
  // Variables are called without regard to case.
  const names = new Map(rows.flatMap((row) => Object.keys(row)).map((name) => [name.toLowerCase(), name]));
  const wanted = Object.entries(asked).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]);
  return nameRow(chooseRow(rows, Object.fromEntries(wanted)));
}

/** null: they cost more than the file has left. */
function listRows(tree: YamlTree | undefined, budget: MatrixBudget): readonly MatrixRow[] | null {
  if (!spendOnNodes(budget, tree?.size ?? 0)) return null;
  const rows: MatrixRow[] = [];
  for (const [name, { value }] of listEntries(tree).slice(0, MOST_ROWS)) {
    const variables = listEntries(value).map(([variable, one]) => [variable, readText(one.value) ?? ''] as const);
    const row = { [NAME]: name, ...Object.fromEntries(variables) };
    if (!spendOnRow(budget, row)) return null;
    rows.push(row);
  }
  return rows;
}

function nameRow(chosen: ChosenRow): AzureMatrix {
  const own = Object.entries(chosen.row ?? {}).find(([name]) => name.toLowerCase() === NAME.toLowerCase());
  return { ...chosen, name: own?.[1] ?? null };
}

/** The variables of a row by their names in lower case, as `fillMacros` takes them. */
export function listRowVariables(row: ChosenRow['row']): ReadonlyMap<string, string> {
  const own = Object.entries(row ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const name = own.find(([variable]) => variable === NAME.toLowerCase())?.[1];
  return new Map([...own, ...(name === undefined ? [] : [['system.jobname', name] as const])]);
}
