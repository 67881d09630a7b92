import { expandMatrix, type MatrixBudget, spendOnNodes } from '../expand-matrix.ts';
import { type Findings, noteUnknown } from '../findings.ts';
import { type ChosenRow, chooseRow, leaveRowsOpen, type MatrixRow, takeAskedRow } from '../matrix.ts';
import { listEntries, listItems, pick, readText, readTexts } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';

/** Where a matrix stands. */
export interface BuildkiteMatrixPlace {
  readonly where: string;
  readonly findings: Findings;
  readonly budget: MatrixBudget;
}

/** What the only dimension of a list is called, after `{{matrix}}`. */
const ONLY = 'matrix';

/**
 * Reads `matrix` of a step (Buildkite docs: "Build matrix"; go-pipeline's `step_command_matrix.go`). What the shell
 * fills in when the pipeline is uploaded, nobody here knows.
 */
export function readBuildkiteMatrix(
  tree: YamlTree,
  wanted: Readonly<Record<string, string>>,
  { where: step, findings, budget }: BuildkiteMatrixPlace,
): ChosenRow {
  const matrix = pick(tree, 'matrix');
  const where = `${step}.matrix`;
  if (!spendOnNodes(budget, matrix?.size ?? 0)) return leaveRowsOpen(wanted, { where, findings });
  const setup = matrix?.kind === 'list' ? matrix : pick(matrix, 'setup');
  const axes = readDimensions(setup);
  const open = Object.values(axes)
    .flat()
    .find((value) => value.includes('$'));
  if (open !== undefined) {
    const taken = takeAskedRow(wanted);
    if (taken.row === null) noteUnknown(findings, open, where, null);
    return taken;
  }
  const adjustments = matrix?.kind === 'list' ? [] : listItems(pick(matrix, 'adjustments'));
  const skipped = adjustments.filter(isSkipped).map(readWith);
  const added = adjustments.map(readWith).filter((row) => !skipped.some((out) => isSame(out, row)));
  const rows = expandMatrix(axes, skipped, added, budget);
  return rows === null ? leaveRowsOpen(wanted, { where, findings }) : chooseRow(rows, wanted);
}

function readDimensions(setup: YamlTree | undefined): Readonly<Record<string, readonly string[]>> {
  if (setup?.kind === 'list') return { [ONLY]: readTexts(setup) };
  return Object.fromEntries(listEntries(setup).map(([name, { value }]) => [name, readTexts(value)]));
}

/** A reason is enough to skip. */
function isSkipped(adjustment: YamlTree): boolean {
  const skip = readText(pick(adjustment, 'skip'));
  return skip !== undefined && skip !== 'false';
}

function readWith(adjustment: YamlTree): MatrixRow {
  const tree = pick(adjustment, 'with');
  const text = readText(tree);
  if (text !== undefined) return { [ONLY]: text };
  return Object.fromEntries(listEntries(tree).map(([name, { value }]) => [name, readText(value) ?? '']));
}

function isSame(one: MatrixRow, other: MatrixRow): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** Fills in `{{matrix}}` and `{{matrix.os}}`; what a row does not have stays as it is written. */
export function fillMatrixRow(text: string, row: ChosenRow['row']): string {
  return text.replace(/\{\{\s*matrix(?:\.([\w.-]{1,128}))?\s*\}\}/g, (source, name: string = ONLY) =>
    row !== null && Object.hasOwn(row, name) ? (row[name] ?? source) : source,
  );
}
