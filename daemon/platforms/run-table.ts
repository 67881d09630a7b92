import { hash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../live/clock.ts';
import type { RunRow } from '../store/rows.ts';
import type { ActingJob } from './act-as-job.ts';

/** A run that has not ended, with what its tokens say. */
export interface KeptRun {
  readonly row: Omit<RunRow, 'id' | 'endedAt' | 'job'>;
  readonly acting: Pick<ActingJob, 'platform' | 'job' | 'identity'>;
}

/** Why a run ended without being asked to. */
export type RunFate = 'lease' | 'time';

/** The runs that live, in memory: a request is answered, and a run ends, without a look at the disk. */
export interface RunTable {
  /** Keeps a run until `drop`, so long that `onFate` is told first unless it is renewed. */
  keep(run: KeptRun, leaseMs: number): void;
  renew(name: string, leaseMs: number): void;
  /** From now on it is not found. */
  drop(name: string): void;
  byName(name: string): KeptRun | undefined;
  /** Every secret is compared with all, whole: what is found does not show in the time taken. */
  bySecret(secret: string): KeptRun | undefined;
  /** Oldest first. */
  all(): readonly KeptRun[];
  close(): void;
}

/** Runs something once after so many ms that the machine was awake; returns the way to call it off. */
export type StartTimer = (ms: number, run: () => void) => () => void;

/**
 * A lease goes by `startTimer`, since whoever renews it lives in this machine's time and sleeps when it sleeps; how
 * long a job may run goes by the daemon's clock, which may be set.
 */
export function createRunTable(
  clock: Clock,
  startTimer: StartTimer,
  onFate: (name: string, fate: RunFate) => void,
): RunTable {
  const runs = new Map<string, { readonly run: KeptRun; endLease: () => void; readonly endTime: () => void }>();

  const lease = (name: string, ms: number) => startTimer(ms, () => onFate(name, 'lease'));

  const drop = (name: string): void => {
    const kept = runs.get(name);
    kept?.endLease();
    kept?.endTime();
    runs.delete(name);
  };

  return {
    keep(run, leaseMs) {
      const { name, expiresAt } = run.row;
      const endTime = clock.schedule(expiresAt, () => onFate(name, 'time'));
      runs.set(name, { run, endLease: lease(name, leaseMs), endTime });
    },
    renew(name, leaseMs) {
      const kept = runs.get(name);
      if (kept === undefined) return;
      kept.endLease();
      kept.endLease = lease(name, leaseMs);
    },
    drop,
    byName: (name) => runs.get(name)?.run,
    bySecret(secret) {
      const digest = hashSecret(secret);
      let found: KeptRun | undefined;
      for (const { run } of runs.values()) {
        if (timingSafeEqual(run.row.secretHash, digest)) found = run;
      }
      return found;
    },
    all: () => [...runs.values()].map(({ run }) => run),
    close() {
      for (const name of [...runs.keys()]) drop(name);
    },
  };
}

/** What is kept of a run's secret. It is random and whole, so that a plain digest cannot be guessed back. */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}
