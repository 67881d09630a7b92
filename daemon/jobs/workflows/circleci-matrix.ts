import { fillPipelineValues, type PipelineValue } from './circleci-values.ts';
import { expandMatrix, type MatrixRow, pickRow, showRow } from './matrix.ts';
import { type Json, listEntries, listItems, pick, toJson } from './yaml-access.ts';
import type { YamlTree } from './yaml-tree.ts';

/** The matrix of a job of a workflow. */
export interface CircleciMatrix {
  /** As people choose them; empty: it has none, or nobody here knows them. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** The one that was asked for, else the first; null: there is none, or nobody here knows it. */
  readonly row: Readonly<Record<string, string>> | null;
  readonly isRowMissing: boolean;
}

/**
 * Reads `matrix` of a job of a workflow (CircleCI docs: "Configuration reference", "matrix"). Where a pipeline value
 * that nobody here knows makes the rows, or there is too much of them, the row that was asked for is taken as one.
 * @param budget parts of matrices that may still be looked at, in the whole file: one may be in many jobs
 */
export function readCircleciMatrix(
  rules: YamlTree | undefined,
  wanted: Readonly<Record<string, string>>,
  values: ReadonlyMap<string, PipelineValue>,
  budget: { matrices: number },
): CircleciMatrix {
  const matrix = pick(rules, 'matrix');
  const isWanted = Object.keys(wanted).length > 0;
  if (matrix === undefined) return { rows: [], row: null, isRowMissing: isWanted };
  budget.matrices -= matrix.size;
  if (budget.matrices < 0) return { rows: [], row: isWanted ? wanted : null, isRowMissing: false };
  const open = new Set<string>();
  const fill = (tree: YamlTree): Json => toJson(tree, (text) => fillPipelineValues(text, values, open) ?? null);
  const axes: Record<string, readonly Json[]> = {};
  for (const [name, { value }] of listEntries(pick(matrix, 'parameters'))) {
    if (value.kind !== 'list') open.add(name);
    axes[name] = listItems(value).map(fill);
  }
  const excluded = listItems(pick(matrix, 'exclude')).map(fill).filter(isRow);
  if (open.size > 0) return { rows: [], row: isWanted ? wanted : null, isRowMissing: false };
  const rows = expandMatrix(axes, excluded, []);
  const found = pickRow(rows, wanted);
  const row = found ?? rows[0];
  return {
    rows: rows.map(showRow),
    row: row === undefined ? null : showRow(row),
    isRowMissing: found === null && isWanted,
  };
}

function isRow(value: Json): value is MatrixRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text with the values of a row; what it does not have stays as it is written. */
export function fillMatrixValues(text: string, row: CircleciMatrix['row']): string {
  return text.replace(/<<\s*matrix\.([\w.-]{1,128})\s*>>/g, (source, name: string) =>
    row !== null && Object.hasOwn(row, name) ? (row[name] ?? source) : source,
  );
}
