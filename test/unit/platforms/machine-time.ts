import type { StartTimer } from '../../../daemon/platforms/run-table.ts';

/** Time of a machine that passes only when it is told to. */
export interface MachineTime {
  readonly now: () => number;
  readonly startTimer: StartTimer;
  advance(ms: number): void;
}

export function createMachineTime(start: number): MachineTime {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => now,
    startTimer(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)) {
        if (timers.delete(timer)) timer.run();
      }
    },
  };
}
