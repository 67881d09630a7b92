import { type Findings, noteUnknown } from './findings.ts';
import type { Json } from './yaml-access.ts';

export type MatrixRow = Readonly<Record<string, Json>>;

/** Rows of a matrix, at most (GitHub docs: "Usage limits"). */
export const MOST_ROWS = 256;

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

/** What is said to be unknown of a matrix that is too much to expand. */
const TOO_MUCH = 'the rows of the matrix, which are too much to list';

/** For a matrix that costs too much: its rows are not known here, which is named where nobody asked for one of them. */
export function leaveRowsOpen(
  wanted: Readonly<Record<string, string>>,
  { where, findings }: { readonly where: string; readonly findings: Findings },
): ChosenRow {
  const taken = takeAskedRow(wanted);
  if (taken.row === null) noteUnknown(findings, TOO_MUCH, where, null);
  return taken;
}

/** For a matrix whose rows nobody here knows: the one that was asked for is taken as one of them. */
export function takeAskedRow(wanted: Readonly<Record<string, string>>): ChosenRow {
  return { rows: [], row: Object.keys(wanted).length > 0 ? wanted : null, isRowMissing: false };
}
