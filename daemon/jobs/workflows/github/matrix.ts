import type { data } from '@actions/expressions';
import { expandMatrix, type MatrixBudget, spendOnNodes } from '../expand-matrix.ts';
import { type Findings, noteUnknown, startFindings, warn } from '../findings.ts';
import { leaveRowsOpen, type MatrixRow, pickRow, showRow } from '../matrix.ts';
import { fillValue, type Place } from '../templates.ts';
import { type Json, listEntries, pick, toJson } from '../yaml-access.ts';
import type { YamlTree } from '../yaml-tree.ts';
import { toData, toDictionary } from './dictionary.ts';
import { PartialObject } from './expressions.ts';

export interface ReadMatrix {
  /** All rows, without the axes that nobody knows; null: there is no matrix, or nobody knows its rows. */
  readonly rows: readonly MatrixRow[] | null;
  /** The one that was asked for, else the first; null: there is none, or nobody knows it. */
  readonly row: MatrixRow | null;
  /** Axes whose values nobody knows; null: that may be any. */
  readonly open: readonly string[] | null;
  readonly isRowMissing: boolean;
}

/**
 * The matrix of a job. Of axes that an expression makes that only the platform can evaluate, what was asked for is taken
 * as one of their values; with rows included or excluded besides, nobody knows any row then.
 */
export function readMatrix(job: YamlTree, wanted: Wanted, place: Place, budget: MatrixBudget): ReadMatrix {
  const tree = pick(pick(job, 'strategy'), 'matrix');
  const isWanted = Object.keys(wanted).length > 0;
  if (tree === undefined) return { rows: null, row: null, open: [], isRowMissing: isWanted };
  const unknown = { rows: null, row: isWanted ? wanted : null, open: isWanted ? [] : null, isRowMissing: false };
  if (!spendOnNodes(budget, tree.size)) {
    leaveRowsOpen(wanted, place);
    return unknown;
  }
  const { axes, open, include, exclude, isReadable } = readAxes(tree, place);
  const isAdjusted = include !== undefined || exclude !== undefined;
  if (!isReadable || (open.size > 0 && (isAdjusted || Object.keys(axes).length === 0))) {
    // What is unknown of a matrix is its rows: where the caller names one, nothing is.
    if (!isWanted) noteOpen(open, place);
    return unknown;
  }
  const rows = expandMatrix(axes, toRows(exclude), toRows(include), budget);
  if (rows === null) {
    leaveRowsOpen(wanted, place);
    return unknown;
  }
  const asked = Object.entries(wanted);
  const row = pickRow(rows, Object.fromEntries(asked.filter(([name]) => !open.has(name))));
  const given = asked.filter(([name]) => open.has(name));
  for (const [name] of given) open.delete(name);
  noteOpen(open, place);
  const chosen = row ?? rows[0];
  return {
    rows,
    row: chosen === undefined ? null : { ...chosen, ...Object.fromEntries(given) },
    open: [...open.keys()],
    isRowMissing: row === null && isWanted,
  };
}

type Wanted = Readonly<Record<string, string>>;

interface ReadAxes {
  readonly axes: Readonly<Record<string, readonly Json[]>>;
  /** What members depend on that nobody knows, by their names. */
  readonly open: Map<string, Findings>;
  readonly include: Json | undefined;
  readonly exclude: Json | undefined;
  readonly isReadable: boolean;
}

function readAxes(tree: YamlTree, place: Place): ReadAxes {
  const open = new Map<string, Findings>();
  const read = (name: string, part: YamlTree): Json => {
    const findings = startFindings();
    const value = toJson(part, (text) => fillValue(text, { ...place, findings }) ?? null);
    for (const warning of findings.warnings) warn(place.findings, warning);
    if (findings.unknowns.length > 0) open.set(name, findings);
    return value;
  };
  const whole = tree.kind === 'mapping' ? undefined : read('', tree);
  const members =
    whole === undefined
      ? listEntries(tree).map(([name, { value }]) => [name, read(name, value)] as const)
      : isObject(whole)
        ? Object.entries(whole)
        : [];
  const { include, exclude, ...axes } = Object.fromEntries(members);
  const known = Object.entries(axes).filter(([name]) => !open.has(name));
  const lists = known.map(([name, axis]) => [name, isArray(axis) ? axis : [axis]] as const);
  const isReadable = whole === undefined || (isObject(whole) && open.size === 0);
  return { axes: Object.fromEntries(lists), open, include, exclude, isReadable };
}

function noteOpen(open: ReadonlyMap<string, Findings>, { findings }: Place): void {
  for (const { unknowns } of open.values()) {
    for (const { expression, where, taken } of unknowns) noteUnknown(findings, expression, where, taken);
  }
}

/** The context of a job with a row. */
export function buildMatrixContext(row: MatrixRow | null, open: ReadMatrix['open']): data.Dictionary {
  if (open !== null && open.length === 0) return toDictionary(row ?? {});
  const members = Object.entries(open === null ? {} : (row ?? {})).map(([name, value]) => [name, toData(value)]);
  return new PartialObject('matrix', Object.fromEntries(members));
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
