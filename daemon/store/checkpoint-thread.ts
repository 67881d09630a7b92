import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

export type CheckpointOrder = 'copy' | 'end';
export type CheckpointOutcome = 'done' | 'failed';

/** How the thread knows what it is for: it runs the same file as the main thread. */
export interface CheckpointThreadData {
  readonly task: 'mintmark-checkpoint';
  readonly path: string;
}

export interface CheckpointThread {
  order(order: CheckpointOrder): void;
}

/**
 * Starts the thread. It re-enters the bundle (whose entry imports `checkpoint-worker.ts` on any thread but the main
 * one): code handed over as text could not reach the SQLite binding that is bundled. Its heap is kept small, it gets no
 * arguments, its output is swallowed, and it never keeps the process alive.
 *
 * @param onOutcome told after each copying
 * @param onGone told once when the thread cannot start or ends by itself
 * @returns null when there is nothing to re-enter
 */
export function startCheckpointThread(
  path: string,
  onOutcome: (outcome: CheckpointOutcome) => void,
  onGone: () => void,
): CheckpointThread | null {
  const entry = findEntry();
  if (entry === null) return null;
  const workerData: CheckpointThreadData = { task: 'mintmark-checkpoint', path };
  const worker = new Worker(entry, {
    workerData,
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
  });
  worker.unref();
  worker.on('message', onOutcome);
  // 'exit' follows an error; without a listener the error would end the process.
  worker.on('error', () => {});
  worker.once('exit', onGone);
  return { order: (order) => worker.postMessage(order) };
}

/** The bundle, or from sources the thread's own file, which Node runs as it is. */
function findEntry(): string | null {
  if (typeof __filename !== 'string') return null;
  return __filename.endsWith('.ts') ? join(dirname(__filename), 'checkpoint-worker.ts') : __filename;
}
