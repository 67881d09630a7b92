import {
  type Controlled,
  controlDaemon,
  type DaemonFile,
  endByPid,
  hasDaemonFile,
  readDaemonFile,
} from '../../support/daemon.ts';
import { isAlive } from '../../support/program.ts';
import { waitFor } from '../../support/wait.ts';

/** The daemon that the extension under test has started, seen from outside. */
export interface EditorDaemon extends Controlled, DaemonFile {
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** Waits until a daemon that lives has left its file in this state directory. */
export async function attachDaemon(home: string, withinMs?: number): Promise<EditorDaemon> {
  const file = await waitFor('the daemon of the editor', () => findLiving(home), withinMs);
  return { ...file, ...controlDaemon(file), end: (signal) => endByPid(file.pid, signal) };
}

/** The file of a daemon that was killed stays behind it. */
export function findLiving(home: string): DaemonFile | null {
  const file = readFileIfThere(home);
  return file !== null && isAlive(file.pid) ? file : null;
}

/** A daemon that ends takes its file along, also in the moment in which it is being looked at. */
function readFileIfThere(home: string): DaemonFile | null {
  try {
    return readDaemonFile(home);
  } catch (error) {
    if (hasDaemonFile(home)) throw error;
    return null;
  }
}
