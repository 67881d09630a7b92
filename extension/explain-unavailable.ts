import { l10n } from 'vscode';
import { MintmarkError } from '../daemon/problem.ts';
import type { DaemonState } from './daemon/session.ts';

type Unavailable = Extract<DaemonState, { kind: 'unavailable' }>;

/** Why no issuer can run in this window, for people. */
export function explainUnavailable({ why }: Unavailable): string {
  return why === 'untrusted'
    ? l10n.t('In Restricted Mode Mintmark decodes tokens and starts no issuer.')
    : l10n.t('In a browser-only window Mintmark decodes tokens; an issuer cannot run here.');
}

/** What to throw when an issuer is asked for all the same. */
export function refuseUnavailable(state: Unavailable): MintmarkError {
  return new MintmarkError('daemon_unreachable', explainUnavailable(state), { cause: state.why });
}

/** Would it work in a workspace that is trusted? */
export function needsTrust(error: unknown): boolean {
  const why: Unavailable['why'] = 'untrusted';
  return error instanceof MintmarkError && error.cause === why;
}
