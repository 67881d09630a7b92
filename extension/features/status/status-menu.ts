import { commands, l10n, type QuickPickItem, window } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { DaemonSession, DaemonState } from '../../daemon/session.ts';
import { describeState } from './describe-state.ts';

export interface MenuEntry extends QuickPickItem {
  readonly command: string;
}

/** What is possible in this state, the likeliest first; nothing else is offered. */
export function listMenuEntries(state: DaemonState): MenuEntry[] {
  const start = { label: `$(debug-start) ${l10n.t('Start Issuer')}`, command: COMMANDS.startIssuer };
  const stop = { label: `$(debug-stop) ${l10n.t('Stop Issuer')}`, command: COMMANDS.stopIssuer };
  const restart = { label: `$(debug-restart) ${l10n.t('Restart Issuer')}`, command: COMMANDS.restartIssuer };
  const inspect = { label: `$(search) ${l10n.t('Inspect Token')}`, command: COMMANDS.inspectToken };
  const logs = { label: `$(output) ${l10n.t('Show Logs')}`, command: COMMANDS.showLogs };
  switch (state.kind) {
    case 'running':
      return [
        { label: `$(add) ${l10n.t('Mint Token')}`, command: COMMANDS.mintToken },
        { label: `$(sync) ${l10n.t('Rotate Signing Key')}`, command: COMMANDS.rotateKey },
        { label: `$(terminal) ${l10n.t('Open CI Terminal')}`, command: COMMANDS.openCiTerminal },
        { label: `$(copy) ${l10n.t('Copy Issuer URL')}`, command: COMMANDS.copyIssuerUrl },
        inspect,
        logs,
        restart,
        stop,
      ];
    case 'stopped':
      return [start, inspect, logs];
    case 'failed':
      return [{ ...start, label: `$(debug-start) ${l10n.t('Try Again')}` }, logs, inspect];
    case 'starting':
      return [logs, inspect];
    case 'reconnecting':
      return [start, stop, logs, inspect];
    case 'unavailable':
      return state.why === 'untrusted'
        ? [{ label: `$(shield) ${l10n.t('Manage Workspace Trust')}`, command: 'workbench.trust.manage' }, inspect]
        : [inspect];
  }
}

export async function showStatusMenu(session: DaemonSession): Promise<void> {
  const placeHolder = describeState(session.state).tooltip;
  const chosen = await window.showQuickPick(listMenuEntries(session.state), { placeHolder });
  if (chosen !== undefined) await commands.executeCommand(chosen.command);
}
