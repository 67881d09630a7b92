/** How many stored events one step of a replay reads; between steps the loop is free. */
const REPLAY_PAGE = 500;

/** Where a hub's events come from: durable first, announced second; `seq` has no gaps. */
export interface EventSource<E extends { readonly seq: number }> {
  /** Stored events with `seq` > `since`, oldest first. */
  readonly after: (since: number, limit: number) => readonly E[];
  readonly lastSeq: () => number;
  /** Announces each batch after it was stored, in order; returns the way to end it. */
  readonly onCommitted: (listener: (events: readonly E[]) => void) => () => void;
}

export interface EventSubscription<E> {
  /** The last `seq` that the subscriber has; without it, only what comes from now on. */
  readonly since?: number | undefined;
  /**
   * Takes the next events. While a returned promise is pending the subscriber is left alone and catches up afterwards.
   */
  readonly deliver: (events: readonly E[]) => void | Promise<void>;
  /** Called once when this subscription cannot go on: reading or delivering failed. */
  readonly fail: (cause: unknown) => void;
}

export interface EventHub<E> {
  /** Never inside this call; every event after `since` once, in order, without a gap. Returns the way to end it. */
  subscribe(subscription: EventSubscription<E>): () => void;
  readonly size: () => number;
  close(): void;
}

interface Subscriber<E> {
  readonly subscription: EventSubscription<E>;
  position: number;
  /** Not following live: it replays, or its last delivery is still under way. */
  busy: boolean;
}

/**
 * Fans a durable event log out. A subscriber that is slow or behind is fed from the log itself, so memory does not grow
 * with it.
 */
export function createEventHub<E extends { readonly seq: number }>(source: EventSource<E>): EventHub<E> {
  const subscribers = new Set<Subscriber<E>>();

  const drop = (subscriber: Subscriber<E>, cause: unknown): void => {
    if (subscribers.delete(subscriber)) subscriber.subscription.fail(cause);
  };

  const catchUpSoon = (subscriber: Subscriber<E>): void => {
    subscriber.busy = true;
    setImmediate(catchUp, subscriber);
  };

  const send = (subscriber: Subscriber<E>, events: readonly E[], last: E): void => {
    subscriber.position = last.seq;
    try {
      const delivered = subscriber.subscription.deliver(events);
      if (delivered === undefined) return;
      subscriber.busy = true;
      delivered.then(
        () => catchUpSoon(subscriber),
        (cause: unknown) => drop(subscriber, cause),
      );
    } catch (cause) {
      drop(subscriber, cause);
    }
  };

  const catchUp = (subscriber: Subscriber<E>): void => {
    if (!subscribers.has(subscriber)) return;
    try {
      const events = source.after(subscriber.position, REPLAY_PAGE);
      const last = events.at(-1);
      subscriber.busy = false;
      if (last !== undefined) send(subscriber, events, last);
      if (!subscriber.busy && subscriber.position < source.lastSeq()) catchUpSoon(subscriber);
    } catch (cause) {
      drop(subscriber, cause);
    }
  };

  const end = source.onCommitted((events) => {
    const first = events[0];
    const last = events.at(-1);
    if (first === undefined || last === undefined) return;
    for (const subscriber of subscribers) {
      if (subscriber.busy) continue;
      // A listener that writes makes later batches arrive inside earlier ones: whoever missed one reads the log.
      if (first.seq === subscriber.position + 1) send(subscriber, events, last);
      else if (last.seq > subscriber.position) catchUpSoon(subscriber);
    }
  });

  return {
    subscribe(subscription) {
      const position = subscription.since ?? source.lastSeq();
      const subscriber: Subscriber<E> = { subscription, position, busy: true };
      subscribers.add(subscriber);
      catchUpSoon(subscriber);
      return () => {
        subscribers.delete(subscriber);
      };
    },
    size: () => subscribers.size,
    close() {
      end();
      subscribers.clear();
    },
  };
}
