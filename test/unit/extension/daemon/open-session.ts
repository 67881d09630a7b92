import { EventEmitter } from 'vscode';
import { createSession, type LiveSession, type SessionOptions } from '../../../../extension/daemon/create-session.ts';
import type { DaemonState } from '../../../../extension/daemon/session.ts';
import { waitFor } from '../../../support/wait.ts';

export interface OpenedSession {
  readonly session: LiveSession;
  /** Kinds of the states that it went through since it was made. */
  readonly kinds: DaemonState['kind'][];
  readonly errors: unknown[];
  readonly grantTrust: () => void;
  waitFor(kind: DaemonState['kind']): Promise<void>;
}

/** A session on a state directory, as the extension makes it. */
export function openSession(home: string, options: Partial<SessionOptions> = {}): OpenedSession {
  const trust = new EventEmitter<void>();
  const errors: unknown[] = [];
  const session = createSession({
    bundle: '/there/is/no/such.js',
    readSettings: () => ({ home, flags: ['--port', '0', '--idle-exit', '5'] }),
    isTrusted: () => true,
    onDidGrantTrust: trust.event,
    random: () => 0,
    report: (error) => errors.push(error),
    ...options,
  });
  const kinds: DaemonState['kind'][] = [];
  session.onDidChangeState(({ kind }) => kinds.push(kind));
  return {
    session,
    kinds,
    errors,
    grantTrust: () => trust.fire(),
    waitFor: async (kind) => {
      await waitFor(`the session to be ${kind}`, () => session.state.kind === kind);
    },
  };
}
