import { l10n, ProgressLocation, window } from 'vscode';
import { MintmarkError } from '../daemon/problem.ts';
import type { DaemonSession } from './daemon/session.ts';
import { explainUnavailable } from './explain-unavailable.ts';

/** Makes sure that the issuer runs: starts it, visibly, when it does not. @throws MintmarkError with the reason */
export async function requireDaemon(session: DaemonSession): Promise<void> {
  const { state } = session;
  if (state.kind === 'running') return;
  if (state.kind === 'unavailable') throw new MintmarkError('daemon_unreachable', explainUnavailable(state));
  const options = { location: ProgressLocation.Window, title: l10n.t('Starting the issuer') };
  await window.withProgress(options, () => session.start());
}
