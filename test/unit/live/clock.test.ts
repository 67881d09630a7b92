import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createControllableClock, createSystemClock } from '../../../daemon/live/clock.ts';
import { waitUntilHolds } from '../../support/wait.ts';

const DAY_MS = 86_400_000;

describe('the system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('runs a callback once when its time comes, and not before', () => {
    const clock = createSystemClock();
    const runs: number[] = [];
    const at = clock.now() + 90_001;
    clock.schedule(at, () => runs.push(clock.now()));
    vi.advanceTimersByTime(90_000);
    expect(runs).toEqual([]);
    vi.advanceTimersByTime(1);
    vi.advanceTimersByTime(90_000);
    expect(runs).toEqual([at]);
  });

  test('reaches beyond the 24.8 days of a machine timer', () => {
    const clock = createSystemClock();
    const run = vi.fn();
    clock.schedule(clock.now() + 40 * DAY_MS, run);
    vi.advanceTimersByTime(40 * DAY_MS - 1);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
  });

  test('notices within 30 s that the wall clock jumped past the time', () => {
    const clock = createSystemClock();
    const run = vi.fn();
    clock.schedule(clock.now() + 3_600_000, run);
    vi.setSystemTime(clock.now() + 2 * 3_600_000);
    vi.advanceTimersByTime(30_000);
    expect(run).toHaveBeenCalledOnce();
  });

  test('waits on when the wall clock jumped back', () => {
    const clock = createSystemClock();
    const run = vi.fn();
    const at = clock.now() + 10_000;
    clock.schedule(at, run);
    vi.setSystemTime(clock.now() - 3_600_000);
    vi.advanceTimersByTime(60_000);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(3_600_000);
    expect(run).toHaveBeenCalledOnce();
    expect(clock.now()).toBeGreaterThanOrEqual(at);
  });

  test('runs what is overdue soon, but not inside the call', () => {
    const clock = createSystemClock();
    const run = vi.fn();
    clock.schedule(clock.now() - 5, run);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
  });

  test('does not hold the loop for callbacks that are due again at once', () => {
    const clock = createSystemClock();
    let runs = 0;
    const again = () => {
      runs += 1;
      if (runs < 5) clock.schedule(clock.now(), again);
    };
    clock.schedule(clock.now(), again);
    vi.advanceTimersToNextTimer();
    expect(runs).toBe(1);
    vi.advanceTimersToNextTimer();
    expect(runs).toBe(2);
  });

  test('forgets a callback that was taken back', () => {
    const clock = createSystemClock();
    const run = vi.fn();
    const cancel = clock.schedule(clock.now() + 10, run);
    cancel();
    cancel();
    vi.advanceTimersByTime(100);
    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('has one machine timer however much is scheduled', () => {
    const clock = createSystemClock();
    for (let i = 0; i < 1_000; i += 1) clock.schedule(clock.now() + 1_000 + i, () => {});
    expect(vi.getTimerCount()).toBe(1);
  });

  test('a callback that throws does not take the others with it', () => {
    const clock = createSystemClock();
    const run = vi.fn();
    clock.schedule(clock.now() + 5, () => {
      throw new Error('broken');
    });
    clock.schedule(clock.now() + 5, run);
    expect(() => vi.advanceTimersByTime(5)).toThrow('broken');
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
  });
});

describe('the controllable clock', () => {
  const startAt = 1_800_000_000_000;

  test('runs what an advance makes due in time order before it returns, showing the new time', () => {
    const clock = createControllableClock(() => startAt);
    clock.freeze();
    const runs: [string, number][] = [];
    clock.schedule(startAt + 2_000, () => runs.push(['second', clock.now()]));
    clock.schedule(startAt + 1_000, () => runs.push(['first', clock.now()]));
    clock.schedule(startAt + 9_000, () => runs.push(['later', clock.now()]));
    clock.advance(5_000);
    expect(runs).toEqual([
      ['first', startAt + 5_000],
      ['second', startAt + 5_000],
    ]);
  });

  test('runs what a due callback makes due in the same advance', () => {
    const clock = createControllableClock(() => startAt);
    const run = vi.fn();
    clock.schedule(startAt + 10, () => clock.schedule(startAt + 20, run));
    clock.advance(30);
    expect(run).toHaveBeenCalledOnce();
  });

  test('freezes at an instant, and what that makes due has run', () => {
    const clock = createControllableClock(() => startAt);
    const run = vi.fn();
    clock.schedule(startAt + 60_000, run);
    clock.freeze(startAt + 60_000);
    expect(run).toHaveBeenCalledOnce();
    expect(clock.state()).toEqual({ now: startAt + 60_000, frozen: true, offsetMs: 60_000 });
  });

  test('stands while frozen, runs on from there when resumed, and comes back when reset', () => {
    let machine = startAt;
    const clock = createControllableClock(() => machine);
    clock.freeze();
    machine += 1_000;
    expect(clock.now()).toBe(startAt);
    clock.resume();
    machine += 500;
    expect(clock.now()).toBe(startAt + 500);
    expect(clock.state()).toEqual({ now: startAt + 500, frozen: false, offsetMs: -1_000 });
    clock.advance(10_000);
    expect(clock.now()).toBe(startAt + 10_500);
    clock.reset();
    expect(clock.state()).toEqual({ now: machine, frozen: false, offsetMs: 0 });
  });

  test('says how often it was set, so that others can follow', () => {
    const clock = createControllableClock(() => startAt);
    expect(clock.timesSet()).toBe(0);
    clock.freeze();
    clock.resume();
    clock.advance(1);
    clock.reset();
    expect(clock.timesSet()).toBe(3);
  });

  test('keeps whole milliseconds', () => {
    const clock = createControllableClock(() => startAt);
    clock.freeze(startAt + 0.9);
    clock.advance(1.7);
    expect(clock.now()).toBe(startAt + 1);
  });

  test('runs what is due already even while frozen', async () => {
    const clock = createControllableClock(() => startAt);
    clock.freeze();
    const run = vi.fn();
    clock.schedule(startAt, run);
    expect(run).not.toHaveBeenCalled();
    await waitUntilHolds(() => expect(run).toHaveBeenCalledOnce());
  });
});
