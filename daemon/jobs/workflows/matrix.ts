import type { Json } from './yaml-access.ts';

export type MatrixRow = Readonly<Record<string, Json>>;

/** Rows of a matrix, at most (GitHub docs: "Usage limits"). */
export const MOST_ROWS = 256;
/** Of each; no real matrix comes near. */
const MOST_AXES = 100;
const MOST_EXCLUDES = 1_000;

/**
 * All combinations, the first axis varying slowest, then `exclude` and `include` (GitHub
 * docs: "Running variations of jobs in a workflow"): an `include` goes to every
 * combination of which it changes no axis, and else makes a row of its own.
 */
export function expandMatrix(
  axes: Readonly<Record<string, readonly Json[]>>,
  exclude: readonly MatrixRow[],
  include: readonly MatrixRow[],
): MatrixRow[] {
  const names = Object.keys(axes).slice(0, MOST_AXES);
  let combinations: MatrixRow[] = names.length === 0 ? [] : [{}];
  for (const name of names) {
    const next: MatrixRow[] = [];
    for (const row of combinations) {
      for (const value of axes[name] ?? []) {
        if (next.length < MOST_ROWS) next.push({ ...row, [name]: value });
      }
    }
    combinations = next;
  }
  const excluded = exclude.slice(0, MOST_EXCLUDES);
  const rows = combinations.filter((row) => !excluded.some((out) => agrees(out, row)));
  const originals = rows.length;
  for (const extra of include.slice(0, MOST_ROWS)) {
    let isUsed = false;
    for (let at = 0; at < originals; at += 1) {
      const row = rows[at] ?? {};
      const axesOfExtra = Object.fromEntries(Object.entries(extra).filter(([name]) => Object.hasOwn(axes, name)));
      if (!agrees(axesOfExtra, row)) continue;
      rows[at] = { ...row, ...extra };
      isUsed = true;
    }
    if (!isUsed && rows.length < MOST_ROWS) rows.push(extra);
  }
  return rows;
}

function agrees(part: MatrixRow, row: MatrixRow): boolean {
  return Object.entries(part).every(
    ([name, value]) => Object.hasOwn(row, name) && JSON.stringify(row[name]) === JSON.stringify(value),
  );
}

/** A row as people choose it: texts. */
export function showRow(row: MatrixRow): Record<string, string> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/** The first row that has what was asked for; the first one when nothing was; null when none has it. */
export function pickRow(rows: readonly MatrixRow[], wanted: Readonly<Record<string, string>>): MatrixRow | null {
  const fits = (row: MatrixRow): boolean => {
    const shown = showRow(row);
    return Object.entries(wanted).every(([name, value]) => Object.hasOwn(shown, name) && shown[name] === value);
  };
  return rows.find(fits) ?? null;
}

/** The matrix of a job, as people choose from it. */
export interface ChosenRow {
  /** As texts; empty: it has none, or nobody here knows them. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** The one that was asked for, else the first; null: there is none, or nobody here knows it. */
  readonly row: Readonly<Record<string, string>> | null;
  readonly isRowMissing: boolean;
}

export function chooseRow(rows: readonly MatrixRow[], wanted: Readonly<Record<string, string>>): ChosenRow {
  const found = pickRow(rows, wanted);
  const row = found ?? rows[0];
  return {
    rows: rows.map(showRow),
    row: row === undefined ? null : showRow(row),
    isRowMissing: found === null && Object.keys(wanted).length > 0,
  };
}

/** For a matrix whose rows nobody here knows: the one that was asked for is taken as one of them. */
export function takeAskedRow(wanted: Readonly<Record<string, string>>): ChosenRow {
  return { rows: [], row: Object.keys(wanted).length > 0 ? wanted : null, isRowMissing: false };
}
