import { type FSWatcher, watch } from 'node:fs';
import { Disposable, workspace } from 'vscode';
import { SECTION, SETTINGS } from '../../contributions.ts';
import { readDaemonSettings } from '../../daemon/read-daemon-settings.ts';
import type { DaemonSession } from '../../daemon/session.ts';

/**
 * Calls `onChange` when a `daemon.json` comes into the state directory while no issuer is known here: another window,
 * or a command line, has started one. Where there is no directory yet, or it cannot be watched, it stays silent: the
 * other occasion to look is the window's focus.
 */
export function watchDaemonFile(session: DaemonSession, onChange: () => void): Disposable {
  let watcher: FSWatcher | null = null;
  const close = (): void => {
    watcher?.close();
    watcher = null;
  };
  const look = (): void => {
    close();
    const { kind } = session.state;
    if (kind !== 'stopped' && kind !== 'failed') return;
    try {
      watcher = watch(readDaemonSettings().home, { persistent: false }, (_, name) => {
        if (name === 'daemon.json') onChange();
      });
      watcher.on('error', close);
    } catch {
      // No such directory yet.
    }
  };
  look();
  return Disposable.from(
    session.onDidChangeState(look),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SECTION}.${SETTINGS.home}`)) look();
    }),
    new Disposable(close),
  );
}
