import { type MatrixRow, MOST_ROWS } from './matrix.ts';
import type { Json } from './yaml-access.ts';

/** Of each; no real matrix comes near. */
const MOST_AXES = 100;
const MOST_EXCLUDES = 1_000;

/**
 * What the matrices of one file may still cost, in characters of their rows and steps on the way to them: one may be in
 * many jobs, and one long text in every row.
 */
export interface MatrixBudget {
  matrices: number;
}

/** Enough for fifty matrices that are as large as people write them. */
export const WHOLE_MATRICES = 2_000_000;
/** Of a node that is read, with what may be filled in there. */
const COST_OF_NODE = 40;
/** Of a value in a row, beside its characters. */
const COST_OF_CELL = 8;

/** May a matrix of so many nodes be read? */
export function spendOnNodes(budget: MatrixBudget, nodes: number): boolean {
  return spend(budget, nodes * COST_OF_NODE);
}

/** May the matrix have this row, too, which is written out in the file? */
export function spendOnRow(budget: MatrixBudget, row: MatrixRow): boolean {
  return spend(budget, measure(row));
}

function spend(budget: MatrixBudget, cost: number): boolean {
  budget.matrices -= cost;
  return budget.matrices >= 0;
}

/**
 * All combinations, the first axis varying slowest, then `exclude` and `include` (GitHub
 * docs: "Running variations of jobs in a workflow"): an `include` goes to every
 * combination of which it changes no axis, and else makes a row of its own.
 * @returns null: it costs more than the file has left
 */
export function expandMatrix(
  lists: Readonly<Record<string, readonly Json[]>>,
  exclude: readonly MatrixRow[],
  include: readonly MatrixRow[],
  budget: MatrixBudget,
): readonly MatrixRow[] | null {
  const axes = openAxes(lists, budget);
  const excluded = axes && readParts(exclude.slice(0, MOST_EXCLUDES), axes, budget);
  const included = axes && readParts(include.slice(0, MOST_ROWS), axes, budget, (name) => !Object.hasOwn(lists, name));
  if (axes === null || excluded === null || included === null) return null;
  const combinations = combine(axes, excluded, budget);
  if (combinations === null) return null;
  const own: MatrixRow[] = [];
  for (const { part, entries, marks, cost } of included) {
    if (!spend(budget, combinations.length)) return null;
    const meant = combinations.filter(({ place }) => agrees(marks, place));
    if (!spend(budget, Math.max(meant.length, 1) * cost)) return null;
    for (const { more } of meant) more.push(entries);
    if (meant.length === 0 && combinations.length + own.length < MOST_ROWS) own.push(part);
  }
  return [...combinations.map(({ own: row, more }) => Object.fromEntries([...row, ...more.flat()])), ...own];
}

interface Axis {
  readonly name: string;
  readonly values: readonly Json[];
  readonly costs: readonly number[];
  /** What stands for each value when it is compared: equal ones have one number. */
  readonly marks: readonly number[];
  readonly markOf: ReadonlyMap<string, number>;
}

function openAxes(lists: Readonly<Record<string, readonly Json[]>>, budget: MatrixBudget): readonly Axis[] | null {
  const axes: Axis[] = [];
  for (const [name, list] of Object.entries(lists).slice(0, MOST_AXES)) {
    // Later values are in no row.
    const values = list.slice(0, MOST_ROWS);
    const costs = values.map((value) => name.length + measure(value));
    if (!spend(budget, sum(costs))) return null;
    const markOf = new Map<string, number>();
    const marks = values.map((value) => {
      const text = JSON.stringify(value);
      const mark = markOf.get(text) ?? markOf.size;
      markOf.set(text, mark);
      return mark;
    });
    axes.push({ name, values, costs, marks, markOf });
  }
  return axes;
}

/** A combination, and what goes to it besides. */
interface Combination {
  /** For each axis, which of its values. */
  readonly place: readonly number[];
  readonly own: readonly (readonly [string, Json])[];
  readonly more: (readonly (readonly [string, Json])[])[];
}

/** The first combinations in their order, without what is excluded. */
function combine(
  axes: readonly Axis[],
  excluded: readonly Part[],
  budget: MatrixBudget,
): readonly Combination[] | null {
  const effort = sum(excluded.map(({ marks }) => marks?.length ?? 0));
  const count = axes.reduce((product, { values }) => product * values.length, axes.length === 0 ? 0 : 1);
  const combinations: Combination[] = [];
  for (let at = 0; at < Math.min(count, MOST_ROWS); at += 1) {
    const place: number[] = [];
    let rest = at;
    for (const { values } of [...axes].reverse()) {
      place.unshift(rest % values.length);
      rest = Math.floor(rest / values.length);
    }
    if (!spend(budget, effort + sum(axes.map(({ costs }, index) => costs[place[index] ?? 0] ?? 0)))) return null;
    if (excluded.some(({ marks }) => agrees(marks, place))) continue;
    const own = axes.map(({ name, values }, index) => [name, values[place[index] ?? 0] ?? null] as const);
    combinations.push({ place, own, more: [] });
  }
  return combinations;
}

/** What a combination has to have on an axis. */
interface Mark {
  readonly axis: Axis;
  /** Of the axis, among all. */
  readonly index: number;
  readonly mark: number;
}

interface Part {
  readonly part: MatrixRow;
  readonly entries: readonly (readonly [string, Json])[];
  /** null: no combination has all that it says. */
  readonly marks: readonly Mark[] | null;
  readonly cost: number;
}

/** @param isFree may a part say this, which is no axis? */
function readParts(
  parts: readonly MatrixRow[],
  axes: readonly Axis[],
  budget: MatrixBudget,
  isFree: (name: string) => boolean = () => false,
): readonly Part[] | null {
  const indexes = new Map(axes.map(({ name }, index) => [name, index]));
  const read: Part[] = [];
  for (const part of parts) {
    const cost = measure(part);
    if (!spend(budget, cost)) return null;
    const entries = Object.entries(part);
    const bound = entries.filter(([name]) => !isFree(name));
    const marks = bound.flatMap(([name, value]) => {
      const index = indexes.get(name) ?? -1;
      const axis = axes[index];
      const mark = axis?.markOf.get(JSON.stringify(value));
      return axis === undefined || mark === undefined ? [] : [{ axis, index, mark }];
    });
    read.push({ part, entries, marks: marks.length === bound.length ? marks : null, cost });
  }
  return read;
}

function agrees(marks: readonly Mark[] | null, place: readonly number[]): boolean {
  return marks?.every(({ axis, index, mark }) => axis.marks[place[index] ?? 0] === mark) ?? false;
}

/** Characters of a value, with something for each of its parts. */
function measure(value: Json): number {
  if (typeof value === 'string') return value.length + COST_OF_CELL;
  if (typeof value !== 'object' || value === null) return COST_OF_CELL;
  if (isList(value)) return sum(value.map(measure)) + COST_OF_CELL;
  return sum(Object.entries(value).map(([name, one]) => name.length + measure(one))) + COST_OF_CELL;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
