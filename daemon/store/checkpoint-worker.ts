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
    if (order === 'end') port.close();
    else port.postMessage(copyLog(path));
  });
}

function isOurs(data: unknown): data is CheckpointThreadData {
  return typeof data === 'object' && data !== null && 'task' in data && data.task === 'mintmark-checkpoint';
}

/** PASSIVE waits for nobody and keeps nobody waiting: what is written meanwhile is left to the next order. */
function copyLog(path: string): CheckpointOutcome {
  try {
    const database = openForCheckpoints(path);
    try {
      database.pragma('wal_checkpoint(PASSIVE)');
      return 'done';
    } finally {
      database.close();
    }
  } catch {
    return 'failed';
  }
}
