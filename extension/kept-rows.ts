import type { RowNode } from './row-tree.ts';

/** What has to be drawn anew: nothing of it, these rows with what lies in them, or all. */
export type Redraw = readonly RowNode[] | 'all';

/** The rows of a view, as objects that stay the same while what they show changes. */
export interface KeptRows {
  /** The rows at the top, each with those that lie in it. */
  readonly roots: readonly RowNode[];
  /** Takes over what the rows show now, and says what has to be drawn anew for it. */
  update(next: readonly RowNode[]): Redraw;
}

/**
 * The editor knows a row by its object. When a row, or the whole view, is drawn anew, it
 * forgets every row that lies in it until it has asked for them again, and a button that is
 * clicked meanwhile runs its command without a row. So as little as possible is drawn anew:
 * a row alone when only its words changed, what holds it when rows came, went or moved.
 */
export function keepRows(): KeptRows {
  let roots: readonly RowNode[] = [];
  return {
    get roots() {
      return roots;
    },
    update(next) {
      const changed: RowNode[] = [];
      const merged = mergeRows(roots, next, changed);
      const isMoved = !isSameOrder(roots, merged);
      roots = merged;
      return isMoved ? 'all' : changed;
    },
  };
}

/**
 * The next rows in their order: the kept objects where there are such, new ones
 * elsewhere; `changed` gets those to draw.
 */
function mergeRows(kept: readonly RowNode[], next: readonly RowNode[], changed: RowNode[]): readonly RowNode[] {
  const byId = new Map(kept.map((row) => [row.id, row]));
  return next.map((row) => {
    const known = byId.get(row.id);
    return known === undefined ? copyRow(row) : mergeRow(known, row, changed);
  });
}

function copyRow(row: RowNode): RowNode {
  return row.children === undefined ? { ...row } : { ...row, children: row.children.map(copyRow) };
}

function mergeRow(known: RowNode, next: RowNode, changed: RowNode[]): RowNode {
  const inner: RowNode[] = [];
  const before = known.children ?? [];
  const children = mergeRows(before, next.children ?? [], inner);
  if (writeLook(known) === writeLook(next) && isSameOrder(before, children)) changed.push(...inner);
  else changed.push(known);
  for (const name of Object.keys(known)) if (!(name in next)) Reflect.deleteProperty(known, name);
  return Object.assign(known, next, next.children === undefined ? {} : { children });
}

/** All that a row shows by itself, in a form that can be compared: rows are plain data, written in one order. */
function writeLook({ children: _, ...look }: RowNode): string {
  return JSON.stringify(Object.entries(look).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isSameOrder(before: readonly RowNode[], after: readonly RowNode[]): boolean {
  return before.length === after.length && after.every((row, at) => row === before[at]);
}
