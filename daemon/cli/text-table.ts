import { showSafely } from '../token/safe-text.ts';

/** Rows under their headings in columns two spaces apart; a text for an empty list is the caller's. */
export function drawTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const safe = [headings, ...rows.map((row) => row.map(showSafely))];
  const widths = headings.map((_, column) => Math.max(...safe.map((row) => row[column]?.length ?? 0)));
  const draw = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return safe.map(draw).join('\n');
}
