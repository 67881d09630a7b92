import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** What the thread is asked to do; `RESTART` makes the log start over, `END` ends the thread. */
export type CheckpointOrder = 'PASSIVE' | 'RESTART' | 'END';
/** How it went. `busy`: a reader or a writer was in the way, so the log goes on growing. */
export type CheckpointOutcome = 'done' | 'busy' | 'failed';

/** How the thread knows what it is for: it runs the same file as the main thread. */
export interface CheckpointThreadData {
  readonly task: 'mintmark-checkpoint';
  readonly path: string;
}

export interface CheckpointThread {
  order(mode: CheckpointOrder): void;
}

/**
 * Starts the thread. It re-enters the bundle (whose entry imports `checkpoint-worker.ts` on any thread but the main
 * one): code handed over as text could not reach the SQLite binding that is bundled. Its heap is kept small, it gets no
 * arguments, its output is swallowed, and it never keeps the process alive.
 *
 * @param onOutcome told after each order but `END`
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
  return { order: (mode) => worker.postMessage(mode) };
}

/** The bundle, or from sources the thread's own file, which Node runs as it is. */
function findEntry(): string | null {
  if (typeof __filename !== 'string') return null;
  return __filename.endsWith('.ts') ? join(dirname(__filename), 'checkpoint-worker.ts') : __filename;
}
