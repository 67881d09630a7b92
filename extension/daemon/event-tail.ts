import type { LogEvent } from '../../daemon/protocol/resources.ts';

export const TAIL_LENGTH = 200;

export interface EventTail {
  readonly events: readonly LogEvent[];
  append(event: LogEvent): void;
  clear(): void;
}

/** Keeps the last 200 events, oldest first, and tells new ones together instead of one by one. */
export function createEventTail(tell: (events: readonly LogEvent[]) => void): EventTail {
  let events: readonly LogEvent[] = [];
  let fresh: LogEvent[] = [];

  const flush = (): void => {
    const told = fresh;
    fresh = [];
    if (told.length === 0) return;
    events = [...events, ...told].slice(-TAIL_LENGTH);
    tell(told);
  };

  return {
    get events() {
      return events;
    },
    append(event) {
      if (fresh.push(event) === 1) setImmediate(flush);
    },
    clear() {
      events = [];
      fresh = [];
    },
  };
}
