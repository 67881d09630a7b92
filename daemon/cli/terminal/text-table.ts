import { showSafely } from '../../token/safe-text.ts';

/** What is left of a cell must still tell something. */
const SHORTEST_CELL = 8;
const GAP = 2;

/**
 * Rows under their headings in columns two spaces apart, each on one line of at most `width` characters: columns that
 * do not fit are left out, the last ones first, and the last that is there is cut. Null is any width.
 */
export function drawTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width: number | null,
): string {
  const safe = [headings, ...rows.map((row) => row.map(showSafely))];
  const widths = headings.map((_, column) => Math.max(...safe.map((row) => row[column]?.length ?? 0)));
  const shown = width === null ? widths : fitWidths(widths, width);
  const draw = (row: readonly string[]) =>
    shown.map((cell, column) => cutText(row[column] ?? '', cell).padEnd(cell)).join(' '.repeat(GAP));
  return safe.map((row) => draw(row).trimEnd()).join('\n');
}

/** A text of at most `width` characters, its end marked when it is missing. */
export function cutText(text: string, width: number | null): string {
  return width === null || text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** The first column names the row: it stays whole. */
function fitWidths(widths: readonly number[], width: number): number[] {
  const [first = 0, ...others] = widths;
  const shown = [first];
  let left = width - first;
  for (const cell of others) {
    left -= GAP + cell;
    if (left >= 0) shown.push(cell);
    else if (cell + left >= SHORTEST_CELL) shown.push(cell + left);
    if (left <= 0) break;
  }
  return shown;
}
