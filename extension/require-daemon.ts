import { l10n, ProgressLocation, window } from 'vscode';
import type { DaemonSession } from './daemon/session.ts';

/** Makes sure that the issuer runs: starts it, visibly, when it does not. @throws MintmarkError with the reason */
export async function requireDaemon(session: DaemonSession): Promise<void> {
  if (session.state.kind === 'running') return;
  const options = { location: ProgressLocation.Window, title: l10n.t('Starting the issuer') };
  await window.withProgress(options, () => session.start());
}
