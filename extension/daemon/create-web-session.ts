import { EventEmitter } from 'vscode';
import { MintmarkError } from '../../daemon/problem.ts';
import type { LiveSession } from './create-session.ts';

/** The session of a window without a Node host: nothing can be started or reached from it, and that never changes. */
export function createWebSession(): LiveSession {
  const never = new EventEmitter<never>();
  const refuse = async (): Promise<never> => {
    throw new MintmarkError('daemon_unreachable');
  };
  return {
    state: { kind: 'unavailable', why: 'web' },
    issuers: [],
    events: [],
    onDidChangeState: never.event,
    onDidMoveIssuers: never.event,
    onDidChangeIssuers: never.event,
    onDidAppendEvents: never.event,
    start: refuse,
    joinIfRunning: async () => {},
    leaveOtherHome: async () => {},
    stop: async () => {},
    call: refuse,
    watch: refuse,
    refresh: () => {},
    dispose: () => never.dispose(),
  };
}
