import { onTestFinished } from 'vitest';
import { EventEmitter, window } from 'vscode';
import { createSession, type LiveSession } from '../../../extension/daemon/create-session.ts';
import { createWatchList } from '../../../extension/daemon/create-watch-list.ts';
import type { FeatureContext } from '../../../extension/feature-context.ts';
import { waitFor } from '../../support/wait.ts';
import { startTestDaemon, type TestDaemon } from '../server/setup.ts';

export interface JoinedContext extends Pick<FeatureContext, 'watches' | 'log'> {
  readonly session: LiveSession;
  readonly daemon: TestDaemon;
}

/** What features get, on a real daemon in this process. Unless told otherwise, the session has joined it. */
export async function joinDaemon({ isJoined = true } = {}): Promise<JoinedContext> {
  const daemon = await startTestDaemon();
  const session = createSession({
    bundle: '',
    readSettings: () => ({ home: daemon.home, flags: [] }),
    isTrusted: () => true,
    onDidGrantTrust: new EventEmitter<void>().event,
    random: () => 0.5,
    report: () => {},
  });
  const watches = createWatchList(session, () => {});
  onTestFinished(async () => {
    watches.dispose();
    session.dispose();
    await daemon.stop();
  });
  // One attempt may be given up where the machine is so busy that the daemon, in this process, answers too late.
  const join = async () => {
    await session.joinIfRunning();
    return session.state.kind === 'running';
  };
  if (isJoined) await waitFor('the session to join', join);
  return { daemon, session, watches, log: window.createOutputChannel('Mintmark', { log: true }) };
}
