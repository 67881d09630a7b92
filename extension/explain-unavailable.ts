import { l10n } from 'vscode';
import type { DaemonState } from './daemon/session.ts';

/** Why no issuer can run in this window, for people. */
export function explainUnavailable({ why }: Extract<DaemonState, { kind: 'unavailable' }>): string {
  return why === 'untrusted'
    ? l10n.t('In Restricted Mode Mintmark decodes tokens and starts no issuer.')
    : l10n.t('In a browser-only window Mintmark decodes tokens; an issuer cannot run here.');
}
