import {
  type Event,
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  window,
} from 'vscode';
import { keepRows } from './kept-rows.ts';
import type { Row } from './rows.ts';

/** Rows say times in words: as long as they can be seen, they are written again this often. */
const TICK_MS = 15_000;

/** How a row looks. All texts are plain: none is read as Markdown. */
export interface RowLook {
  /** Stable while the thing that it shows lives. */
  readonly id: string;
  readonly label: string;
  /** The whole of a label that was cut short, for screen readers. */
  readonly fullLabel?: string;
  /** So short that it can be read in a view of usual width; everything else is for the tooltip. */
  readonly description?: string;
  /** Said by screen readers instead, where signs and colours say the rest to others. */
  readonly spoken?: string;
  readonly tooltip?: string;
  readonly icon: string;
  /** A theme colour. */
  readonly color?: string;
  /** What the menus of the manifest ask. */
  readonly contextValue: string;
  /** Run with the row when it is clicked, or on Enter. */
  readonly command?: string;
  readonly children?: readonly RowNode[];
}

export type RowNode = Row & RowLook;

export interface RowTree {
  readonly view: TreeView<RowNode>;
  /** Shows the row with this id, opening what it lies in; false when there is none. */
  reveal(id: string): Promise<boolean>;
  dispose(): void;
}

/**
 * Shows rows in a view of ours; `list` is asked again after each `onDidChange`, never before the view is first seen.
 */
export function createRowTree(viewId: string, list: () => readonly RowNode[], onDidChange: Event<unknown>): RowTree {
  const changed = new EventEmitter<RowNode[] | undefined>();
  const kept = keepRows();
  let wasSeen = false;
  const redraw = (): void => {
    if (!wasSeen) return;
    const redrawn = kept.update(list());
    if (redrawn === 'all') changed.fire(undefined);
    else if (redrawn.length > 0) changed.fire([...redrawn]);
  };
  const readRoots = (): RowNode[] => {
    wasSeen = true;
    kept.update(list());
    return [...kept.roots];
  };
  const follow = onDidChange(redraw);
  const view = window.createTreeView<RowNode>(viewId, {
    showCollapseAll: false,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: toTreeItem,
      getChildren: (row) => (row === undefined ? readRoots() : [...(row.children ?? [])]),
      getParent: ({ id }) => findParent(kept.roots, id),
    },
  });
  let ticking: NodeJS.Timeout | undefined;
  const tick = (): void => {
    clearInterval(ticking);
    ticking = view.visible ? setInterval(redraw, TICK_MS) : undefined;
  };
  const visibility = view.onDidChangeVisibility(tick);
  return {
    view,
    async reveal(id) {
      if (wasSeen) redraw();
      else readRoots();
      const row = findRow(kept.roots, id);
      if (row === undefined) return false;
      await view.reveal(row, { select: true, focus: true, expand: true });
      return true;
    },
    dispose() {
      clearInterval(ticking);
      visibility.dispose();
      follow.dispose();
      view.dispose();
      changed.dispose();
    },
  };
}

function toTreeItem(row: RowNode): TreeItem {
  const hasChildren = (row.children?.length ?? 0) > 0;
  const item = new TreeItem(row.label, hasChildren ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.None);
  item.id = row.id;
  item.iconPath = new ThemeIcon(row.icon, row.color === undefined ? undefined : new ThemeColor(row.color));
  item.contextValue = row.contextValue;
  item.accessibilityInformation = {
    label: [row.fullLabel ?? row.label, row.spoken ?? row.description].filter(Boolean).join(', '),
  };
  if (row.description !== undefined) item.description = row.description;
  if (row.tooltip !== undefined) item.tooltip = row.tooltip;
  if (row.command !== undefined) item.command = { command: row.command, title: row.label, arguments: [row] };
  return item;
}

function findRow(rows: readonly RowNode[], id: string): RowNode | undefined {
  for (const row of rows) {
    const found = row.id === id ? row : findRow(row.children ?? [], id);
    if (found !== undefined) return found;
  }
  return undefined;
}

function findParent(rows: readonly RowNode[], id: string): RowNode | undefined {
  return rows.find(({ children }) => children?.some((child) => child.id === id));
}
