import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointOrder, CheckpointOutcome, CheckpointThreadData } from './checkpoint-thread.ts';
import { openForCheckpoints } from './sqlite.ts';

/**
 * The checkpoint thread's own file: importing it on that thread does its work, on any other nothing. The connection is
 * opened for each order, so that none is left when the main thread closes the database.
 */
if (parentPort !== null && isOurs(workerData)) {
  const port = parentPort;
  const { path } = workerData;
  port.on('message', (order: CheckpointOrder) => {
    if (order === 'END') port.close();
    else port.postMessage(runCheckpoint(path, order));
  });
}

function isOurs(data: unknown): data is CheckpointThreadData {
  return typeof data === 'object' && data !== null && 'task' in data && data.task === 'mintmark-checkpoint';
}

function runCheckpoint(path: string, mode: 'PASSIVE' | 'RESTART'): CheckpointOutcome {
  try {
    const database = openForCheckpoints(path);
    try {
      // Without waiting for anybody first, so that RESTART has little left to copy while it holds the writers up.
      const passive = database.pragma('wal_checkpoint(PASSIVE)');
      return isBusy(mode === 'PASSIVE' ? passive : database.pragma('wal_checkpoint(RESTART)')) ? 'busy' : 'done';
    } finally {
      database.close();
    }
  } catch {
    return 'failed';
  }
}

/** `PRAGMA wal_checkpoint` answers one row: busy, frames in the log, frames copied. */
function isBusy(rows: unknown): boolean {
  const [row] = Array.isArray(rows) ? rows : [];
  return typeof row !== 'object' || row === null || !('busy' in row) || row.busy !== 0;
}
