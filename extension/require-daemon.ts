import { l10n, ProgressLocation, window } from 'vscode';
import type { DaemonSession } from './daemon/session.ts';
import { refuseUnavailable } from './explain-unavailable.ts';

/**
 * Refuses where no issuer can ever run, before anything is asked of the person.
 *
 * @throws MintmarkError with the reason
 */
export function requireAvailable({ state }: Pick<DaemonSession, 'state'>): void {
  if (state.kind === 'unavailable') throw refuseUnavailable(state);
}

/** Makes sure that the issuer runs: starts it, visibly, when it does not. @throws MintmarkError with the reason */
export async function requireDaemon(session: DaemonSession): Promise<void> {
  if (session.state.kind === 'running') return;
  requireAvailable(session);
  const options = { location: ProgressLocation.Window, title: l10n.t('Starting the issuer') };
  await window.withProgress(options, () => session.start());
}
