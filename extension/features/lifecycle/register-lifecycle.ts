import { Disposable, l10n, ProgressLocation, window, workspace } from 'vscode';
import { COMMANDS, SECTION, SETTINGS } from '../../contributions.ts';
import type { DaemonState } from '../../daemon/session.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { registerCommand } from '../../run-command.ts';
import { offerRestart } from './offer-restart.ts';
import { tellMove } from './tell-move.ts';
import { watchDaemonFile } from './watch-daemon-file.ts';

/** Starting, stopping, and being there when another window starts or ends the issuer. */
export function registerLifecycle(context: FeatureContext): Disposable {
  const { session, log } = context;

  const join = (): void => {
    if (workspace.getConfiguration(SECTION).get(SETTINGS.autoJoin, true)) void session.joinIfRunning();
  };
  /** Another state directory is named: what runs there counts from now on, without a reload of the window. */
  const moveHome = async (): Promise<void> => {
    try {
      await session.leaveOtherHome();
      join();
    } catch (error) {
      // No absolute path, perhaps not yet: whoever starts an issuer then is told.
      log.warn('issuer', error);
    }
  };
  const wait = <T>(title: string, work: () => Promise<T>) =>
    window.withProgress({ location: ProgressLocation.Window, title }, work);
  const start = () => wait(l10n.t('Starting the issuer'), () => session.start());
  const stop = () => wait(l10n.t('Stopping the issuer'), () => session.stop());
  const restart = async (): Promise<void> => {
    await stop();
    await start();
  };

  // After activation: these read files, and joining may open a socket.
  let watched: Disposable | undefined;
  const later = setTimeout(() => {
    join();
    watched = watchDaemonFile(session, join);
  }, 0);
  const told = session.onDidChangeState((state) => log.info('issuer', describeForLog(state)));

  return Disposable.from(
    new Disposable(() => {
      clearTimeout(later);
      watched?.dispose();
    }),
    told,
    offerRestart(context),
    tellMove(context),
    window.onDidChangeWindowState(({ focused }) => focused && join()),
    workspace.onDidGrantWorkspaceTrust(join),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SECTION}.${SETTINGS.home}`)) void moveHome();
    }),
    registerCommand(context, COMMANDS.startIssuer, start),
    registerCommand(context, COMMANDS.stopIssuer, stop),
    registerCommand(context, COMMANDS.restartIssuer, restart),
  );
}

function describeForLog(state: DaemonState): string {
  switch (state.kind) {
    case 'running':
      return `running at ${state.baseUrl}, version ${state.version}${state.degraded === null ? '' : `, ${state.degraded}`}`;
    case 'reconnecting':
      return `connection lost, attempt ${state.attempt}`;
    case 'failed':
      return `failed (${state.code}): ${state.message}`;
    default:
      return state.kind;
  }
}
