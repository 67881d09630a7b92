import { expect, test, vi } from 'vitest';
import { createEventHub } from '../../../daemon/live/event-hub.ts';
import { waitUntilHolds } from '../../support/wait.ts';

interface Line {
  readonly seq: number;
}

/** A durable log as the hub sees one: stored first, announced second. */
function createLog() {
  const lines: Line[] = [];
  const listeners = new Set<(events: readonly Line[]) => void>();
  return {
    append(count: number) {
      const added = Array.from({ length: count }, (_, i) => ({ seq: lines.length + i + 1 }));
      lines.push(...added);
      for (const listener of listeners) listener(added);
    },
    after: (since: number, limit: number) => lines.slice(since, since + limit),
    lastSeq: () => lines.length,
    onCommitted(listener: (events: readonly Line[]) => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    listeners,
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test('a subscriber gets what is stored after `since` and then what comes, without gap or duplicate', async () => {
  const log = createLog();
  log.append(1_700);
  const hub = createEventHub(log);
  const seen: number[] = [];
  hub.subscribe({
    since: 100,
    deliver: (events) => {
      seen.push(...events.map((e) => e.seq));
      if (seen.length < 1_200) log.append(3);
    },
    fail: (cause) => {
      throw cause;
    },
  });
  log.append(5);
  expect(seen).toEqual([]);
  await waitUntilHolds(() => expect(seen.length).toBeGreaterThanOrEqual(1_600));
  log.append(2);
  await waitUntilHolds(() => expect(seen).toEqual(range(101, log.lastSeq())));
});

test('a subscriber without `since` gets only what comes from then on', async () => {
  const log = createLog();
  log.append(3);
  const hub = createEventHub(log);
  const seen: number[] = [];
  hub.subscribe({ deliver: (events) => void seen.push(...events.map((e) => e.seq)), fail: () => {} });
  log.append(2);
  await waitUntilHolds(() => expect(seen).toEqual([4, 5]));
});

test('a slow subscriber is left alone until it took the last batch, then catches up in order', async () => {
  const log = createLog();
  const hub = createEventHub(log);
  const batches: number[][] = [];
  let release = (): void => {};
  hub.subscribe({
    since: 0,
    deliver: (events) => {
      batches.push(events.map((e) => e.seq));
      return new Promise((resolve) => {
        release = resolve;
      });
    },
    fail: () => {},
  });
  log.append(1);
  await waitUntilHolds(() => expect(batches).toEqual([[1]]));
  log.append(1);
  log.append(1);
  expect(batches).toEqual([[1]]);
  release();
  await waitUntilHolds(() => expect(batches).toEqual([[1], [2, 3]]));
});

test('a subscriber that cannot take events is dropped once and the others go on', async () => {
  const log = createLog();
  const hub = createEventHub(log);
  const fail = vi.fn();
  const seen: number[] = [];
  hub.subscribe({
    since: 0,
    deliver: () => {
      throw new Error('gone');
    },
    fail,
  });
  hub.subscribe({ since: 0, deliver: (events) => void seen.push(...events.map((e) => e.seq)), fail: () => {} });
  log.append(1);
  log.append(1);
  await waitUntilHolds(() => expect(seen).toEqual([1, 2]));
  expect(fail).toHaveBeenCalledOnce();
  expect(hub.size()).toBe(1);
});

test('nothing comes after the end of a subscription or of the hub', async () => {
  const log = createLog();
  const hub = createEventHub(log);
  const deliver = vi.fn();
  const unsubscribe = hub.subscribe({ since: 0, deliver, fail: () => {} });
  unsubscribe();
  log.append(1);
  hub.close();
  expect(log.listeners.size).toBe(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(deliver).not.toHaveBeenCalled();
});

test('a subscriber that writes to the log does not take events from the others', async () => {
  const log = createLog();
  const hub = createEventHub(log);
  const seen: number[][] = [[], []];
  for (const own of seen) {
    hub.subscribe({
      since: 0,
      deliver: (events) => {
        own.push(...events.map((e) => e.seq));
        if (log.lastSeq() < 20) log.append(1);
      },
      fail: () => {},
    });
  }
  await new Promise((resolve) => setImmediate(resolve));
  log.append(1);
  await waitUntilHolds(() => expect(seen).toEqual([range(1, 20), range(1, 20)]));
});
