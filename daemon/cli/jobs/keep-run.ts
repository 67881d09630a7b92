import { setTimeout as sleep } from 'node:timers/promises';
import { callDaemon } from '../../client/call-daemon.ts';
import type { ProvenDaemon } from '../../client/prove-daemon.ts';
import { MintmarkError } from '../../problem.ts';
import type { RunFile } from '../../protocol/jobs.ts';
import { rememberRunFiles } from './refresh-run-files.ts';

/** How long a run outlives whoever renews it, seconds. */
export const LEASE_SECONDS = 60;
const RENEW_SECONDS = 20;

export interface KeptAlive {
  /** Finds the daemon of the run and has it prove itself, each time. */
  readonly find: () => Promise<ProvenDaemon>;
  readonly id: string;
  readonly requestToken: string;
  readonly directory: string;
  readonly files: readonly RunFile[];
  /** Told once that the job can get no more tokens, or that one of its files cannot. */
  readonly tell: (line: string) => void;
  /** Told after each attempt what kept it from the daemon; null: nothing did. */
  readonly onContact?: (fault: MintmarkError | null) => void;
}

/** Lets so many ms pass, or fewer when it is called off. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<unknown>;

const pauseBesideJob: Pause = (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);

/**
 * Renews a run until it is called off, and its token files when they are due: they are
 * there, and its job has not begun. A daemon that is away, or a new one in its place,
 * changes nothing as long as one is there again before the lease ends.
 *
 * @returns the way to call it off
 */
export function keepRun(run: KeptAlive, pause: Pause = pauseBesideJob): () => void {
  const ending = new AbortController();
  const refresh = rememberRunFiles(
    run.directory,
    run.files.filter(({ refreshSeconds }) => refreshSeconds !== null),
    run.tell,
  );
  void keep(run, refresh, pause, ending.signal);
  return () => ending.abort();
}

async function keep(
  { find, id, requestToken, files, tell, onContact }: KeptAlive,
  refresh: (fresh: readonly RunFile[]) => void,
  pause: Pause,
  signal: AbortSignal,
): Promise<void> {
  const periods = files.flatMap(({ refreshSeconds }) => refreshSeconds ?? []);
  const period = Math.min(...periods);
  let age = 0;
  while (!signal.aborted) {
    const step = Math.max(1, Math.min(RENEW_SECONDS, period - age));
    await pause(step * 1_000, signal);
    if (signal.aborted) return;
    age += step;
    const isDue = age >= period;
    try {
      const input = isDue ? { id, requestToken } : { id };
      const renewed = await callDaemon(await find(), 'runs.renew', input);
      if (signal.aborted) return;
      onContact?.(null);
      if (isDue) {
        // They were given: a file that cannot be written is no reason to ask for more of them at once.
        age = 0;
        refresh(renewed.files);
      }
    } catch (error) {
      if (error instanceof MintmarkError && error.code === 'run_not_found') {
        tell('mintmark: the run has ended: this job gets no more tokens');
        return;
      }
      if (error instanceof MintmarkError && !signal.aborted) onContact?.(error);
    }
  }
}
