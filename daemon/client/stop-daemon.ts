import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { MintmarkError } from '../problem.ts';
import { callDaemon } from './call-daemon.ts';
import { readDaemonFile } from './daemon-file.ts';
import { findDaemon } from './prove-daemon.ts';

const POLL_MS = 20;
const PATIENCE_MS = 15_000;

/**
 * Ends the daemon of a state directory cleanly and returns once it is gone; false when none runs. A stale
 * `daemon.json`, whose pid may long be someone else's, is no daemon: no process is ever ended by its pid.
 *
 * @throws MintmarkError `daemon_unproven`; `daemon_unreachable` when it hangs; `stopping` when it does not end within 15 s.
 */
export async function stopDaemon(home: string): Promise<boolean> {
  const daemon = await findDaemon(home).catch((error: unknown) => {
    if (isAway(error) && !isTimeout(error)) return null;
    throw error;
  });
  if (daemon === null) return false;
  const { pid, startedAt } = daemon.file;
  await callDaemon(daemon, 'daemon.stop', {}).catch((error: unknown) => {
    // Another client was first, and it is ending already.
    if (!isAway(error) || isTimeout(error)) throw error;
  });
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const file = readDaemonFile(home);
    // Whoever has the state directory now took it from one that had given it up, and may even have its pid.
    const isAnother = file !== null && (file.pid !== pid || file.startedAt !== startedAt);
    if (isAnother || (file === null && !isRunning(pid))) return true;
    await sleep(POLL_MS);
  }
  throw new MintmarkError('stopping', `the daemon (pid ${pid}) is still ending: try again in a moment`);
}

function isAway(error: unknown): error is MintmarkError {
  return error instanceof MintmarkError && error.code === 'daemon_unreachable';
}

/** Something has the connection open and says nothing: that is no daemon that has ended. */
function isTimeout({ cause }: MintmarkError): boolean {
  return cause instanceof Error && cause.name === 'AbortError';
}

/** Does a process with this id run? A zombie, which only waits for its parent, does not. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  if (process.platform !== 'linux') return true;
  try {
    // The state follows the command name, which may itself hold parentheses (proc_pid_stat(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}
