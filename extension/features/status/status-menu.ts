import { commands, l10n, type QuickPickItem, window } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { DaemonSession, DaemonState } from '../../daemon/session.ts';
import { hasCome, sayClock } from '../../instant-words.ts';
import { listPendingKeys, type PendingKey } from '../../pending-keys.ts';
import type { KeyRow } from '../../rows.ts';
import { shortenName } from '../../short-name.ts';
import { describeState } from './describe-state.ts';

export interface MenuEntry extends QuickPickItem {
  readonly command: string;
  /** What the command is run with, as from the row of a view. */
  readonly row?: KeyRow;
}

/** What is possible in this state, the likeliest first; nothing else is offered. */
export function listMenuEntries(state: DaemonState, pending: readonly PendingKey[]): MenuEntry[] {
  const start = { label: `$(debug-start) ${l10n.t('Start Issuer')}`, command: COMMANDS.startIssuer };
  const stop = { label: `$(debug-stop) ${l10n.t('Stop Issuer')}`, command: COMMANDS.stopIssuer };
  const restart = { label: `$(debug-restart) ${l10n.t('Restart Issuer')}`, command: COMMANDS.restartIssuer };
  const inspect = { label: `$(search) ${l10n.t('Inspect Token')}`, command: COMMANDS.inspectToken };
  const logs = { label: `$(output) ${l10n.t('Show Logs')}`, command: COMMANDS.showLogs };
  switch (state.kind) {
    case 'running':
      return [
        ...pending.map(offerActivation),
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

function offerActivation({ slug, kid, signsFrom }: PendingKey): MenuEntry {
  return {
    label: `$(key) ${l10n.t('Activate Now: {0}', shortenName(kid))}`,
    description: describeWait(slug, signsFrom, Date.now()),
    command: COMMANDS.activateKey,
    row: { kind: 'key', slug, kid },
  };
}

function describeWait(slug: string, signsFrom: string | null, nowMs: number): string {
  if (signsFrom === null) return l10n.t('published for {0}, does not sign yet', slug);
  return hasCome(signsFrom, nowMs)
    ? l10n.t('published for {0}, due to sign', slug)
    : l10n.t('published for {0}, signs from {1}', slug, sayClock(signsFrom, nowMs));
}

export async function showStatusMenu({ state, issuers }: Pick<DaemonSession, 'state' | 'issuers'>): Promise<void> {
  const pending = listPendingKeys(issuers);
  const placeHolder = describeState(state, pending).tooltip;
  const chosen = await window.showQuickPick(listMenuEntries(state, pending), { placeHolder });
  if (chosen !== undefined) await commands.executeCommand(chosen.command, chosen.row);
}
