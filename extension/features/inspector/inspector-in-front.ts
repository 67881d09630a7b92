import type { WebviewPanel } from 'vscode';

interface Shown {
  readonly token: string;
  /** Where it is from, for people. */
  readonly source: string;
}

const open = new Map<Pick<WebviewPanel, 'active' | 'onDidDispose'>, () => Shown>();

/** Lets commands that are run while this inspector is in front work on what it shows. In memory only. */
export function offerToCommands(panel: Pick<WebviewPanel, 'active' | 'onDidDispose'>, read: () => Shown): void {
  open.set(panel, read);
  panel.onDidDispose(() => open.delete(panel));
}

/** The token of the inspector that has the focus, if one has. */
export function readInspectorInFront(): Shown | undefined {
  const [, read] = [...open].find(([panel]) => panel.active) ?? [];
  const shown = read?.();
  return shown === undefined || shown.token === '' ? undefined : shown;
}
