import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { workspace } from 'vscode';
import { defaultStateDirectory } from '../../daemon/client/state-home.ts';
import { MintmarkError } from '../../daemon/problem.ts';
import { SECTION, SETTINGS } from '../contributions.ts';

export interface DaemonSettings {
  /** Absolute path of the state directory. */
  readonly home: string;
  /** Flags of `serve` for a daemon that is started from here. */
  readonly flags: readonly string[];
}

/**
 * The settings as they are now; all of them are of the machine, so that no workspace can change them.
 * @throws MintmarkError `config_invalid` for a home that is no absolute path
 */
export function readDaemonSettings(): DaemonSettings {
  const settings = workspace.getConfiguration(SECTION);
  const named = settings.get<unknown>(SETTINGS.home, '');
  if (typeof named !== 'string' || (named !== '' && !isAbsolute(named)))
    throw new MintmarkError('config_invalid', 'mintmark.home: no absolute path');
  return {
    home: named || defaultStateDirectory(process.env, process.platform, homedir),
    flags: [
      '--port',
      String(settings.get(SETTINGS.port, 6468)),
      '--idle-exit',
      String(settings.get(SETTINGS.idleExitSeconds, 60)),
    ],
  };
}
