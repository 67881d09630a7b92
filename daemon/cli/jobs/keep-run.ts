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
  /** When its files were written first, by the daemon's clock. */
  readonly startedAt: string;
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

/**
 * Files are due by the daemon's time and not by pauses: those stand still while the machine sleeps, and know nothing of
 * a clock that was set.
 */
async function keep(
  { find, id, startedAt, requestToken, files, tell, onContact }: KeptAlive,
  refresh: (fresh: readonly RunFile[]) => void,
  pause: Pause,
  signal: AbortSignal,
): Promise<void> {
  const period = Math.min(...files.flatMap(({ refreshSeconds }) => refreshSeconds ?? []));
  let writtenAt = readInstant(startedAt);
  let age = 0;
  while (!signal.aborted) {
    await pause(Math.max(1, Math.min(RENEW_SECONDS, period - age)) * 1_000, signal);
    if (signal.aborted) return;
    try {
      const renew = async (secret: { readonly requestToken?: string }) =>
        callDaemon(await find(), 'runs.renew', { id, ...secret });
      const { now } = await renew({});
      age = (readInstant(now) - writtenAt) / 1_000;
      // A clock that was set back has left a token of the future, which nobody takes.
      if (!signal.aborted && (age >= period || (age < 0 && Number.isFinite(period)))) {
        const renewed = await renew({ requestToken });
        // They were given: a file that cannot be written is no reason to ask for more of them at once.
        writtenAt = readInstant(renewed.now);
        age = 0;
        if (!signal.aborted) refresh(renewed.files);
      }
      if (!signal.aborted) onContact?.(null);
    } catch (error) {
      if (error instanceof MintmarkError && error.code === 'run_not_found') {
        tell('mintmark: the run has ended: this job gets no more tokens');
        return;
      }
      if (error instanceof MintmarkError && !signal.aborted) onContact?.(error);
    }
  }
}

/** @returns ms; the machine's time for what is none, as a daemon of an older version answers */
function readInstant(text: string): number {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? Date.now() : ms;
}
