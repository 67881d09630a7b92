import { MintmarkError } from '../problem.ts';
import type { Clock } from './clock.ts';
import { createHeap } from './heap.ts';

/** Verdicts looked at again per turn of the loop, so that a rotation with many watches does not hold it. */
const BATCH = 32;

/** A verdict that could not be found is looked for again after this long, ms. */
const RETRY_MS = 1_000;

/** What a verdict can depend on besides time: the keys of an issuer, and one token of it. */
export interface WatchTopics {
  readonly issuer: string | null;
  readonly jti: string | null;
}

export interface WatchesOptions<S, V> {
  readonly clock: Clock;
  /** Judges the subject as of now. Throws only when something is broken: the last verdict then stands. */
  readonly evaluate: (subject: S) => V | Promise<V>;
  /** When time alone changes this verdict next, ms; null: never. */
  readonly changesAtOf: (verdict: V) => number | null;
  readonly isSameVerdict: (a: V, b: V) => boolean;
  /** Most watches at one time. */
  readonly limit: number;
  readonly onError: (cause: unknown) => void;
}

export interface Watches<S, V> {
  /**
   * Judges `subject` now and again whenever its verdict may have changed. `notify` gets every later verdict that
   * differs from the one before, in order and never inside another call.
   * @throws MintmarkError `too_many_watches`; what `evaluate` throws.
   */
  add(watch: { subject: S; topics: WatchTopics; notify: (verdict: V) => void }): Promise<{ id: string; verdict: V }>;
  /** false when there is no such watch. */
  remove(id: string): boolean;
  /** Something about an issuer changed; with `jti`, about that token alone. */
  touch(change: { issuer: string; jti?: string | undefined }): void;
  /** Time itself was moved, or a change cannot be told apart. */
  touchAll(): void;
  readonly size: () => number;
  close(): void;
}

interface Watch<S, V> {
  readonly id: string;
  readonly subject: S;
  readonly topics: WatchTopics;
  readonly notify: (verdict: V) => void;
  verdict: V | undefined;
  changesAt: number;
  /** Touched since the evaluation that is under way began: that one's answer counts for nothing. */
  touched: boolean;
  evaluating: boolean;
}

/** Makes the set of watches. Idle ones cost one heap entry each: there is one timer, at the earliest change. */
export function createWatches<S, V>(options: WatchesOptions<S, V>): Watches<S, V> {
  const { clock, limit } = options;
  const byId = new Map<string, Watch<S, V>>();
  const byIssuer = new Map<string, Set<Watch<S, V>>>();
  const due = createHeap<Watch<S, V>>((a, b) => a.changesAt < b.changesAt);
  const queue = new Set<Watch<S, V>>();
  let lastId = 0;
  let immediate: NodeJS.Immediate | undefined;
  let cancelTimer: (() => void) | undefined;
  let timerAt = Number.POSITIVE_INFINITY;

  const isLive = (watch: Watch<S, V>): boolean => byId.get(watch.id) === watch;

  const armTimer = (): void => {
    const at = due.peek()?.changesAt ?? Number.POSITIVE_INFINITY;
    if (at === timerAt) return;
    cancelTimer?.();
    timerAt = at;
    cancelTimer = at === Number.POSITIVE_INFINITY ? undefined : clock.schedule(at, takeDue);
  };

  const takeDue = (): void => {
    timerAt = Number.POSITIVE_INFINITY;
    cancelTimer = undefined;
    for (let first = due.peek(); first !== undefined && first.changesAt <= clock.now(); first = due.peek()) {
      due.pop();
      enqueue(first);
    }
    armTimer();
  };

  const enqueue = (watch: Watch<S, V>): void => {
    watch.touched = true;
    if (watch.evaluating) return;
    queue.add(watch);
    immediate ??= setImmediate(drain);
  };

  const drain = (): void => {
    immediate = undefined;
    let left = BATCH;
    for (const watch of queue) {
      if (left-- === 0) break;
      queue.delete(watch);
      reevaluate(watch);
    }
    if (queue.size > 0) immediate ??= setImmediate(drain);
  };

  const expectChange = (watch: Watch<S, V>, at: number): void => {
    due.remove(watch);
    watch.changesAt = at;
    if (at !== Number.POSITIVE_INFINITY) due.push(watch);
    armTimer();
  };

  const accept = (watch: Watch<S, V>, verdict: V): void => {
    const before = watch.verdict;
    watch.verdict = verdict;
    expectChange(watch, options.changesAtOf(verdict) ?? Number.POSITIVE_INFINITY);
    if (before !== undefined && !options.isSameVerdict(before, verdict)) watch.notify(verdict);
  };

  const settle = (watch: Watch<S, V>, verdict: V): void => {
    watch.evaluating = false;
    if (!isLive(watch)) return;
    if (watch.touched) enqueue(watch);
    else accept(watch, verdict);
  };

  const abandon = (watch: Watch<S, V>, cause: unknown): void => {
    watch.evaluating = false;
    options.onError(cause);
    if (isLive(watch)) expectChange(watch, clock.now() + RETRY_MS);
  };

  const reevaluate = (watch: Watch<S, V>): void => {
    if (!isLive(watch)) return;
    watch.touched = false;
    watch.evaluating = true;
    try {
      const verdict = options.evaluate(watch.subject);
      if (verdict instanceof Promise) {
        verdict.then(
          (settled) => settle(watch, settled),
          (cause: unknown) => abandon(watch, cause),
        );
      } else settle(watch, verdict);
    } catch (cause) {
      abandon(watch, cause);
    }
  };

  const evaluateFirst = async (watch: Watch<S, V>): Promise<V> => {
    for (;;) {
      watch.touched = false;
      const verdict = await options.evaluate(watch.subject);
      if (watch.touched && isLive(watch)) continue;
      return verdict;
    }
  };

  const remove = (id: string): boolean => {
    const watch = byId.get(id);
    if (watch === undefined) return false;
    byId.delete(id);
    queue.delete(watch);
    if (due.remove(watch)) armTimer();
    const { issuer } = watch.topics;
    const siblings = issuer === null ? undefined : byIssuer.get(issuer);
    if (issuer !== null && siblings?.delete(watch) && siblings.size === 0) byIssuer.delete(issuer);
    return true;
  };

  const register = (watch: Watch<S, V>): void => {
    byId.set(watch.id, watch);
    const { issuer } = watch.topics;
    if (issuer === null) return;
    const siblings = byIssuer.get(issuer);
    if (siblings === undefined) byIssuer.set(issuer, new Set([watch]));
    else siblings.add(watch);
  };

  return {
    async add({ subject, topics, notify }) {
      if (byId.size >= limit) throw new MintmarkError('too_many_watches');
      const watch: Watch<S, V> = {
        id: `w${++lastId}`,
        subject,
        topics,
        notify,
        verdict: undefined,
        changesAt: Number.POSITIVE_INFINITY,
        touched: false,
        evaluating: true,
      };
      register(watch);
      try {
        const verdict = await evaluateFirst(watch);
        watch.evaluating = false;
        if (isLive(watch)) accept(watch, verdict);
        return { id: watch.id, verdict };
      } catch (cause) {
        remove(watch.id);
        throw cause;
      }
    },
    remove,
    touch({ issuer, jti }) {
      for (const watch of byIssuer.get(issuer) ?? []) {
        if (jti === undefined || watch.topics.jti === jti) enqueue(watch);
      }
    },
    touchAll() {
      for (const watch of byId.values()) enqueue(watch);
    },
    size: () => byId.size,
    close() {
      for (const id of [...byId.keys()]) remove(id);
      clearImmediate(immediate);
      immediate = undefined;
    },
  };
}
