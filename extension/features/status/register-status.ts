import { commands, Disposable, StatusBarAlignment, ThemeColor, window } from 'vscode';
import { COMMANDS, CONTEXT_KEYS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { listPendingKeys } from '../../pending-keys.ts';
import { registerCommand } from '../../run-command.ts';
import { describeState } from './describe-state.ts';
import { showStatusMenu } from './status-menu.ts';

/** The one status item, and the context keys that say the same to menus and welcome views. */
export function registerStatus(context: FeatureContext): Disposable {
  const { session, watches } = context;
  const item = window.createStatusBarItem('mintmark.status', StatusBarAlignment.Left, 50);
  item.name = 'Mintmark';
  item.command = COMMANDS.showStatusMenu;

  const showWords = (): void => {
    const words = describeState(session.state, listPendingKeys(session.issuers), watches.pinned);
    item.text = words.text;
    item.tooltip = words.tooltip;
    item.accessibilityInformation = { label: words.label, role: 'button' };
    item.backgroundColor = words.isFailure ? new ThemeColor('statusBarItem.errorBackground') : undefined;
  };
  const show = (): void => {
    showWords();
    const { state } = session;
    const why = state.kind === 'unavailable' ? state.why : undefined;
    void commands.executeCommand('setContext', CONTEXT_KEYS.state, state.kind);
    void commands.executeCommand('setContext', CONTEXT_KEYS.unavailable, why);
  };

  show();
  item.show();
  return Disposable.from(
    item,
    session.onDidChangeState(show),
    session.onDidChangeIssuers(showWords),
    watches.onDidChange(showWords),
    registerCommand(context, COMMANDS.showStatusMenu, () => showStatusMenu(session)),
  );
}
