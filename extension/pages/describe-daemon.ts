import type { DaemonChoice } from '../../webview/protocol.ts';
import type { DaemonState } from '../daemon/session.ts';

/** What a page may offer: ask the issuer, start it, or neither. */
export function describeDaemon(state: DaemonState): DaemonChoice {
  switch (state.kind) {
    case 'running':
      return 'running';
    case 'starting':
    case 'reconnecting':
      return 'starting';
    case 'unavailable':
      return state.why;
    default:
      return 'startable';
  }
}
