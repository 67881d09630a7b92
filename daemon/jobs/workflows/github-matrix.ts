import { startFindings } from './findings.ts';
import { expandMatrix, type MatrixRow, pickRow, showRow } from './matrix.ts';
import { fillValue, type Place } from './templates.ts';
import { type Json, listEntries, pick, toJson } from './yaml-access.ts';
import type { YamlTree } from './yaml-tree.ts';

export interface ReadMatrix {
  /** All rows; null: there is no matrix, or nobody knows its rows. */
  readonly rows: readonly MatrixRow[] | null;
  /** The one that was asked for, else the first; null: there is none, or nobody knows it. */
  readonly row: MatrixRow | null;
  readonly isUnknown: boolean;
  readonly isRowMissing: boolean;
}

/**
 * The matrix of a job. Where an expression makes it that only the platform can evaluate, the row that was asked for is
 * taken as one of its rows.
 */
export function readMatrix(job: YamlTree, wanted: Readonly<Record<string, string>>, place: Place): ReadMatrix {
  const tree = pick(pick(job, 'strategy'), 'matrix');
  const isWanted = Object.keys(wanted).length > 0;
  if (tree === undefined) return { rows: null, row: null, isUnknown: false, isRowMissing: isWanted };
  // What is unknown of a matrix is its rows: where the caller names one, nothing is.
  const findings = isWanted ? startFindings() : place.findings;
  const before = findings.unknowns.length;
  const value = toJson(tree, (text) => fillValue(text, { ...place, findings }) ?? null);
  if (findings.unknowns.length > before || !isObject(value)) {
    return { rows: null, row: isWanted ? wanted : null, isUnknown: !isWanted, isRowMissing: false };
  }
  const { include, exclude, ...axes } = value;
  const lists = Object.fromEntries(Object.entries(axes).map(([name, axis]) => [name, isArray(axis) ? axis : [axis]]));
  const rows = expandMatrix(lists, toRows(exclude), toRows(include));
  const row = pickRow(rows, wanted);
  return { rows, row: row ?? rows[0] ?? null, isUnknown: false, isRowMissing: row === null && isWanted };
}

/** Rows as people choose them. */
export function showRows({ rows }: ReadMatrix): Record<string, string>[] {
  return (rows ?? []).map(showRow);
}

/** Does a part of a job read the matrix at all? */
export function mentionsMatrix(tree: YamlTree | undefined): boolean {
  if (tree === undefined) return false;
  if (tree.kind === 'scalar') {
    const text = String(tree.value);
    return text.includes('${{') && /\bmatrix\b/.test(text);
  }
  return tree.kind === 'list'
    ? tree.items.some(mentionsMatrix)
    : listEntries(tree).some(([, { value }]) => mentionsMatrix(value));
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is MatrixRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toRows(value: Json | undefined): readonly MatrixRow[] {
  return value !== undefined && isArray(value) ? value.filter(isObject) : [];
}
