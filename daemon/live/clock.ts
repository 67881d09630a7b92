import { createTimeline } from './timeline.ts';

/** The daemon's time. Everything that is dated, scheduled or judged takes it from here. */
export interface Clock {
  /** Milliseconds since the epoch, integer. */
  now(): number;
  /** Runs `run` once when the time reaches `at` (ms); at once, but not inside this call, when it already has. */
  schedule(at: number, run: () => void): () => void;
  /** How often the time was set on purpose: what must not go back by accident may follow when this changes. */
  timesSet(): number;
}

/**
 * A clock that tests can set (`--clock-control`). Every move runs what it makes due, in time order, before it returns.
 */
export interface ControllableClock extends Clock {
  /** Stops the time, here or at `at` (ms). */
  freeze(at?: number): void;
  /** Moves the time ahead by `ms`; whether it stands or runs stays as it was. */
  advance(ms: number): void;
  /** Lets a frozen time run on from where it stands. */
  resume(): void;
  /** Back to the machine's time, running. */
  reset(): void;
  /** `offsetMs` is how far this time is ahead of the machine's. */
  state(): { readonly now: number; readonly frozen: boolean; readonly offsetMs: number };
}

const readMachineTime = (): number => Date.now();

/**
 * The machine's time. Jumps of the wall clock are noticed within 30 s. There is no skew to allow for: what issues a
 * token and what judges it read the same clock.
 */
export function createSystemClock(): Clock {
  const timeline = createTimeline(readMachineTime, () => false);
  return { now: readMachineTime, schedule: timeline.schedule, timesSet: () => 0 };
}

/** The machine's time until it is moved. `machineTime` gives integer ms. */
export function createControllableClock(machineTime: () => number = readMachineTime): ControllableClock {
  let offset = 0;
  let frozenAt: number | null = null;
  let timesSet = 0;
  const now = (): number => frozenAt ?? machineTime() + offset;
  const timeline = createTimeline(now, () => frozenAt !== null);

  return {
    now,
    schedule: timeline.schedule,
    timesSet: () => timesSet,
    freeze(at) {
      timesSet += 1;
      frozenAt = Math.trunc(at ?? now());
      timeline.runDue();
    },
    advance(ms) {
      timesSet += 1;
      const step = Math.trunc(ms);
      if (frozenAt === null) offset += step;
      else frozenAt += step;
      timeline.runDue();
    },
    resume() {
      if (frozenAt === null) return;
      offset = frozenAt - machineTime();
      frozenAt = null;
      timeline.rearm();
    },
    reset() {
      timesSet += 1;
      offset = 0;
      frozenAt = null;
      timeline.runDue();
    },
    state: () => ({ now: now(), frozen: frozenAt !== null, offsetMs: now() - machineTime() }),
  };
}
