import { commands, Disposable, StatusBarAlignment, ThemeColor, window } from 'vscode';
import { COMMANDS, CONTEXT_KEYS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { listPendingKeys } from '../../pending-keys.ts';
import { registerCommand } from '../../run-command.ts';
import { describeState } from './describe-state.ts';
import { showStatusMenu } from './status-menu.ts';

/** The one status item, and the context keys that say the same to menus and welcome views. */
export function registerStatus(context: FeatureContext): Disposable {
  const { session } = context;
  const item = window.createStatusBarItem('mintmark.status', StatusBarAlignment.Left, 50);
  item.name = 'Mintmark';
  item.command = COMMANDS.showStatusMenu;

  const show = (): void => {
    const { state } = session;
    const words = describeState(state, listPendingKeys(session.issuers));
    item.text = words.text;
    item.tooltip = words.tooltip;
    item.accessibilityInformation = { label: words.label, role: 'button' };
    item.backgroundColor = words.isFailure ? new ThemeColor('statusBarItem.errorBackground') : undefined;
    const why = state.kind === 'unavailable' ? state.why : undefined;
    void commands.executeCommand('setContext', CONTEXT_KEYS.state, state.kind);
    void commands.executeCommand('setContext', CONTEXT_KEYS.unavailable, why);
  };

  show();
  item.show();
  return Disposable.from(
    item,
    session.onDidChangeState(show),
    session.onDidChangeIssuers(show),
    registerCommand(context, COMMANDS.showStatusMenu, () => showStatusMenu(session)),
  );
}
