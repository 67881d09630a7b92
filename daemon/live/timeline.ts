import { createHeap } from './heap.ts';

/**
 * A machine's clock may jump, and its timers neither notice that nor reach beyond 24.8 days: the wall clock is looked
 * at again at least this often, ms.
 */
const LONGEST_NAP_MS = 30_000;

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Callbacks waiting for a time, on one timer however many they are. */
export interface Timeline {
  schedule(at: number, run: () => void): () => void;
  /** Runs everything that is due, earliest first, also what such a callback makes due. */
  runDue(): void;
  /** Looks at the time anew after it was moved. */
  rearm(): void;
}

/** Makes a timeline over `now` (ms). While `isStanding`, only what is due already gets a timer. */
export function createTimeline(now: () => number, isStanding: () => boolean): Timeline {
  const entries = createHeap<Entry>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));
  let order = 0;
  let timer: NodeJS.Timeout | undefined;

  const rearm = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const first = entries.peek();
    if (first === undefined) return;
    const wait = first.at - now();
    if (wait > 0 && isStanding()) return;
    timer = setTimeout(wake, Math.min(Math.max(wait, 0), LONGEST_NAP_MS));
    timer.unref();
  };

  /** One pass over what was scheduled before it began, so that callbacks that re-arm at once cannot hold the loop. */
  const runPass = (): boolean => {
    const end = order;
    let ran = false;
    for (let first = entries.peek(); first !== undefined; first = entries.peek()) {
      if (first.at > now() || first.order >= end) break;
      entries.pop();
      ran = true;
      first.run();
    }
    return ran;
  };

  const wake = (): void => {
    try {
      runPass();
    } finally {
      rearm();
    }
  };

  return {
    schedule(at, run) {
      const entry: Entry = { at, order: order++, run };
      entries.push(entry);
      if (entries.peek() === entry) rearm();
      return () => {
        if (entries.remove(entry)) rearm();
      };
    },
    runDue() {
      try {
        let goesOn = true;
        while (goesOn) goesOn = runPass();
      } finally {
        rearm();
      }
    },
    rearm,
  };
}
