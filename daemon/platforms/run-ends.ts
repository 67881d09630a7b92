import type { Clock } from '../live/clock.ts';
import type { Store } from '../store/store.ts';
import type { StartTimer } from './run-table.ts';

/** Why a run is over. */
export type Ending = 'altered' | 'asked' | 'failed' | 'issuer' | 'lease' | 'time' | 'unreadable';

export interface RunEnds {
  /**
   * Writes that a run is over; for one that was before, nothing. What the disk does not take is tried until it does:
   * without it the run would come back to life with the next daemon.
   * @throws MintmarkError what the store throws, the first time only
   */
  write(name: string, ending: Ending): void;
  close(): void;
}

/** How long after an end that could not be written it is tried again, ms. */
const RETRY_MS = 5_000;

/** Writes with the time of `clock`; `startTimer` says when to try again what the disk did not take. */
export function createRunEnds(store: Store, clock: Clock, startTimer: StartTimer): RunEnds {
  const unwritten = new Map<string, () => void>();

  const writeNow = (name: string, at: number, ending: Ending): void => {
    store.transaction(() => {
      const row = store.runs.byName(name);
      if (row === undefined || !store.runs.end(name, at)) return;
      // An altered one may name any issuer.
      const issuerId = ending === 'altered' ? null : row.issuerId;
      store.events.append({ at, name: 'run.ended', issuerId, subject: name, detail: { why: ending } });
    });
  };

  const writeLater = (name: string, at: number, ending: Ending): void => {
    const retry = (): void => {
      unwritten.delete(name);
      try {
        writeNow(name, at, ending);
      } catch {
        // The first failure told what is wrong.
        writeLater(name, at, ending);
      }
    };
    unwritten.get(name)?.();
    unwritten.set(name, startTimer(RETRY_MS, retry));
  };

  return {
    write(name, ending) {
      const at = clock.now();
      try {
        writeNow(name, at, ending);
      } catch (cause) {
        writeLater(name, at, ending);
        throw cause;
      }
    },
    close() {
      for (const stop of unwritten.values()) stop();
      unwritten.clear();
    },
  };
}
