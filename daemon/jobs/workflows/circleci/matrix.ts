import { expandMatrix, type MatrixBudget, spendOnNodes } from '../expand-matrix.ts';
import type { Findings } from '../findings.ts';
import { type ChosenRow, chooseRow, leaveRowsOpen, type MatrixRow, takeAskedRow } from '../matrix.ts';
import { type Json, listEntries, listItems, pick, toJson } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';
import { fillPipelineValues, type PipelineValue } from './values.ts';

/** Where a matrix stands. */
export interface CircleciMatrixPlace {
  readonly where: string;
  readonly findings: Findings;
  readonly budget: MatrixBudget;
}

/**
 * Reads `matrix` of a job of a workflow (CircleCI docs: "Configuration reference", "matrix"). Where a pipeline value
 * that nobody here knows makes the rows, or there is too much of them, the row that was asked for is taken as one.
 */
export function readCircleciMatrix(
  rules: YamlTree | undefined,
  wanted: Readonly<Record<string, string>>,
  values: ReadonlyMap<string, PipelineValue>,
  { where, findings, budget }: CircleciMatrixPlace,
): ChosenRow {
  const matrix = pick(rules, 'matrix');
  if (matrix === undefined) return chooseRow([], wanted);
  const at = { where: `${where}.matrix`, findings };
  if (!spendOnNodes(budget, matrix.size)) return leaveRowsOpen(wanted, at);
  const open = new Set<string>();
  const fill = (tree: YamlTree): Json => toJson(tree, (text) => fillPipelineValues(text, values, open) ?? null);
  const axes = new Map<string, readonly Json[]>();
  for (const [name, { value }] of listEntries(pick(matrix, 'parameters'))) {
    if (value.kind !== 'list') open.add(name);
    axes.set(name, listItems(value).map(fill));
  }
  const excluded = listItems(pick(matrix, 'exclude')).map(fill).filter(isRow);
  if (open.size > 0) return takeAskedRow(wanted);
  const rows = expandMatrix(Object.fromEntries(axes), excluded, [], budget);
  return rows === null ? leaveRowsOpen(wanted, at) : chooseRow(rows, wanted);
}

function isRow(value: Json): value is MatrixRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text with the values of a row; what it does not have stays as it is written. */
export function fillMatrixValues(text: string, row: ChosenRow['row']): string {
  return text.replace(/<<\s*matrix\.([\w.-]{1,128})\s*>>/g, (source, name: string) =>
    row !== null && Object.hasOwn(row, name) ? (row[name] ?? source) : source,
  );
}

/**
 * What a job of a workflow is called: its name with the values of its row, else the values are appended to the job's.
 */
export function nameCircleciJob(name: string, row: ChosenRow['row'], isNamed: boolean): string {
  if (row === null) return name;
  return isNamed ? fillMatrixValues(name, row) : [name, ...Object.values(row)].join('-');
}
