import type { WebSocket } from 'ws';
import { MintmarkError } from '../problem.ts';
import type { OperationInput, OperationName, OperationOutput } from '../protocol/operations.ts';
import type { LogEvent } from '../protocol/resources.ts';
import { converse, type RpcConversation } from './json-rpc.ts';
import { openSocket } from './open-socket.ts';
import type { ProvenDaemon } from './prove-daemon.ts';
import { reconnectDelay } from './reconnect-delay.ts';

type Verdict = OperationOutput<'verify'>;

export interface WatchRequest {
  readonly token: string;
  readonly expect: OperationInput<'verify'>['expect'];
}

/** A live channel that comes back by itself: watches are set again, events go on where they stopped. */
export interface LiveChannel {
  /** @throws MintmarkError what the daemon answers; `daemon_unreachable`, at once while the connection is lost. */
  call<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>>;
  /**
   * Tells the verdict now and each time it changes. Resolves, once the first was told, with the way to end it.
   * `onRefused` says that the daemon did not take it again after a loss: then it has ended.
   */
  watch(
    request: WatchRequest,
    onVerdict: (verdict: Verdict) => void,
    onRefused: (error: MintmarkError) => void,
  ): Promise<() => void>;
  /** Tells every event after `since` (from now on without it), each once and in order. */
  follow(since: number | undefined, onEvent: (event: LogEvent) => void): Promise<void>;
  /** Ends it for good. Resolves when an attempt to come back that was under way, perhaps with a start, is over too. */
  close(): Promise<void>;
}

export interface LiveOptions {
  /**
   * Finds and proves the daemon, again after each loss: it may have restarted elsewhere. `signal`: nobody wants it now.
   */
  readonly find: (signal: AbortSignal) => Promise<ProvenDaemon>;
  /** `attempt` counts from 1 since the connection was lost; 0 says that it is back. */
  readonly onLoss: (attempt: number) => void;
  /** A number from 0 to 1. */
  readonly random: () => number;
}

interface Watch {
  readonly request: WatchRequest;
  readonly onVerdict: (verdict: Verdict) => void;
  readonly onRefused: (error: MintmarkError) => void;
  /** The daemon's name for it on the present connection. */
  id: string | null;
  last: string;
}

interface Subscription {
  /** The last event that was told. */
  since: number | undefined;
  readonly onEvent: (event: LogEvent) => void;
}

/** Failures of a request that say nothing about what was asked. */
const AWAY: ReadonlySet<string> = new Set(['daemon_unreachable', 'stopping']);

/** Opens the live channel. Rejects when the first connection fails; after it, tries again until `close`. */
export async function openLive(options: LiveOptions): Promise<LiveChannel> {
  const watches = new Set<Watch>();
  let subscription: Subscription | null = null;
  let socket: WebSocket;
  let rpc: RpcConversation;
  let retry: NodeJS.Timeout | undefined;
  let comingBack: Promise<void> | undefined;
  const closing = new AbortController();

  const tellVerdict = (watch: Watch, verdict: Verdict) => {
    const text = JSON.stringify(verdict);
    if (text === watch.last) return;
    watch.last = text;
    watch.onVerdict(verdict);
  };

  const onNotification = (method: string, params: Readonly<Record<string, unknown>>) => {
    if (method === 'verify.verdict') {
      const watch = [...watches].find(({ id }) => id !== null && id === params.watchId);
      if (watch !== undefined) tellVerdict(watch, params.verdict as Verdict);
    } else if (method === 'event' && subscription !== null) {
      const event = params as LogEvent;
      subscription.since = event.seq;
      subscription.onEvent(event);
    }
  };

  const unwatch = (watchId: string) => void rpc.request('verify.unwatch', { watchId }).catch(() => {});

  const setWatch = (watch: Watch) =>
    rpc.request('verify.watch', watch.request, (result) => {
      const { watchId, verdict } = result as { watchId: string; verdict: Verdict };
      // Ended, or given up, before the answer came.
      if (!watches.has(watch)) return unwatch(watchId);
      watch.id = watchId;
      tellVerdict(watch, verdict);
    });

  /** What the daemon refuses ends this watch alone; any other failure is the connection's. */
  const resetWatch = async (watch: Watch) => {
    try {
      await setWatch(watch);
    } catch (error) {
      if (!(error instanceof MintmarkError) || AWAY.has(error.code)) throw error;
      if (watches.delete(watch)) watch.onRefused(error);
    }
  };

  const subscribe = (wanted: Subscription) =>
    rpc.request('events.subscribe', wanted.since === undefined ? {} : { since: wanted.since }, (result) => {
      // Where "from now on" began, should the connection be lost before the first event.
      wanted.since ??= (result as { since: number }).since;
    });

  /** A log that ends before what was told is another one, restored or in memory only: of it what comes is news. */
  const resubscribe = async (wanted: Subscription) => {
    try {
      await subscribe(wanted);
    } catch (error) {
      if (!(error instanceof MintmarkError) || error.code !== 'invalid_request') throw error;
      wanted.since = undefined;
      await subscribe(wanted);
    }
  };

  const assertWanted = () => {
    if (closing.signal.aborted) throw new MintmarkError('daemon_unreachable', 'the live channel is closed');
  };

  const establish = async () => {
    const daemon = await options.find(closing.signal);
    assertWanted();
    const opened = await openSocket(daemon);
    socket = opened;
    rpc = converse(opened, onNotification);
    opened.once('close', () => {
      for (const watch of watches) watch.id = null;
    });
    try {
      assertWanted();
      await Promise.all([...watches].map(resetWatch));
      if (subscription !== null) await resubscribe(subscription);
    } catch (error) {
      opened.terminate();
      throw error;
    }
    if (opened.readyState !== opened.OPEN) throw new MintmarkError('daemon_unreachable');
    opened.once('close', () => closing.signal.aborted || reconnect(1));
  };

  const reconnect = (attempt: number) => {
    const tryAgain = async () => {
      try {
        await establish();
      } catch {
        if (!closing.signal.aborted) reconnect(attempt + 1);
        return;
      }
      if (!closing.signal.aborted) options.onLoss(0);
    };
    retry = setTimeout(
      () => {
        comingBack = tryAgain();
      },
      reconnectDelay(attempt, options.random()),
    );
    options.onLoss(attempt);
  };

  await establish();
  return {
    call: async <N extends OperationName>(name: N, input: OperationInput<N>) =>
      (await rpc.request(name, input)) as OperationOutput<N>,
    watch: async (request, onVerdict, onRefused) => {
      const watch: Watch = { request, onVerdict, onRefused, id: null, last: '' };
      watches.add(watch);
      await setWatch(watch).catch((error: unknown) => {
        watches.delete(watch);
        throw error;
      });
      return () => {
        watches.delete(watch);
        if (watch.id !== null) unwatch(watch.id);
      };
    },
    follow: async (since, onEvent) => {
      subscription = { since, onEvent };
      await subscribe(subscription).catch((error: unknown) => {
        subscription = null;
        throw error;
      });
    },
    close: async () => {
      closing.abort();
      clearTimeout(retry);
      socket.close();
      await comingBack;
    },
  };
}
