import { type Event, EventEmitter } from 'vscode';
import type { LiveChannel } from '../../daemon/client/open-live.ts';
import { isProblemCode, MintmarkError } from '../../daemon/problem.ts';
import type { Issuer, LogEvent } from '../../daemon/protocol/resources.ts';
import { coalesce } from '../coalesce.ts';
import type { Connection, DaemonStatus } from './connection.ts';
import { createEventTail, TAIL_LENGTH } from './event-tail.ts';
import type { DaemonSettings } from './read-daemon-settings.ts';
import type { DaemonSession, DaemonState, IssuersMove } from './session.ts';

/** A session as the watch list needs it: it also watches tokens over the one live channel. */
export interface LiveSession extends DaemonSession {
  /** As of the live channel: set again by itself after a lost connection, not after `stop`. */
  watch: LiveChannel['watch'];
  /** Asks again for what events keep true by themselves. */
  refresh(): void;
}

export interface SessionOptions {
  /** Path of `dist/mintmark.js`. */
  readonly bundle: string;
  readonly readSettings: () => DaemonSettings;
  readonly isTrusted: () => boolean;
  readonly onDidGrantTrust: Event<void>;
  /** A number from 0 to 1. */
  readonly random: () => number;
  readonly report: (error: unknown) => void;
}

/** The daemon closes a connection that sends more in one message (256 KiB). */
const LONGEST_MESSAGE = 250_000;
const WRITE_FAULTS: ReadonlySet<string> = new Set(['storage_full', 'storage_readonly', 'database_unavailable']);

/** Makes this window's session. Nothing is read, loaded or connected before it is asked to join or to start. */
export function createSession(options: SessionOptions): LiveSession {
  const { readSettings, report } = options;
  const stateChanged = new EventEmitter<DaemonState>();
  const issuersMoved = new EventEmitter<IssuersMove>();
  const issuersChanged = new EventEmitter<void>();
  const eventsAppended = new EventEmitter<readonly LogEvent[]>();
  const tail = createEventTail((events) => eventsAppended.fire(events));
  let state: DaemonState = options.isTrusted() ? { kind: 'stopped' } : { kind: 'unavailable', why: 'untrusted' };
  let issuers: readonly Issuer[] = [];
  /** Where the issuers of a state directory were, as this window knows. */
  let known: { readonly home: string; readonly baseUrl: string } | null = null;
  let live: LiveChannel | null = null;
  let joining: Promise<void> | null = null;
  let starting: Promise<void> | null = null;
  let stopping: Promise<void> | null = null;
  /** Until connections that were left have given up coming back: one of them may be starting the daemon. */
  let leaving: Promise<unknown> = Promise.resolve();
  let disposed = false;
  /** Counts what makes a connection that is still being opened unwanted. */
  let epoch = 0;

  const enter = (next: DaemonState): void => {
    if (disposed || JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    stateChanged.fire(next);
  };

  const showIssuers = (next: readonly Issuer[]): void => {
    issuers = next;
    if (!disposed) issuersChanged.fire();
  };

  const showStatus = ({ baseUrl, version, health, healthDetail }: DaemonStatus): void => {
    enter({ kind: 'running', baseUrl, version, degraded: health === 'ok' ? null : (healthDetail ?? health) });
    if (disposed || known === null || known.baseUrl === baseUrl) return;
    const from = known.baseUrl;
    known = { home: known.home, baseUrl };
    issuersMoved.fire({ from, to: baseUrl });
  };

  const leave = (): void => {
    epoch += 1;
    leaving = Promise.all([leaving, live?.close()]);
    live = null;
    tail.clear();
    showIssuers([]);
  };

  const refreshIssuers = coalesce(async () => {
    const from = live;
    if (from === null) return;
    const { listIssuers } = await import('./connection.ts');
    const found = await listIssuers(from);
    if (from === live) showIssuers(found);
  }, report);

  /** After a loss the daemon may be another one, perhaps with another event log. */
  const refreshStatus = coalesce(async () => {
    const from = live;
    if (from === null) return;
    const status = await from.call('status', {});
    if (from !== live) return;
    if (status.lastSeq < (tail.events.at(-1)?.seq ?? 0)) {
      tail.clear();
      await from.follow(Math.max(0, status.lastSeq - TAIL_LENGTH), onEvent);
    }
    showStatus(status);
  }, report);

  const onEvent = (event: LogEvent): void => {
    if (disposed) return;
    tail.append(event);
    if (/^(?:issuer|key)\./.test(event.name)) refreshIssuers();
    if (state.kind === 'running' && state.degraded !== null) refreshStatus();
  };

  const connect = async (start: boolean): Promise<void> => {
    const mine = ++epoch;
    const isMine = (): boolean => mine === epoch && !disposed;
    const { connectDaemon } = await import('./connection.ts');
    const settings = readSettings();
    const connection: Connection = await connectDaemon({
      settings,
      bundle: options.bundle,
      start,
      random: options.random,
      onEvent: (event) => isMine() && onEvent(event),
      onLoss: (attempt) => {
        if (!isMine() || live === null) return;
        if (attempt > 0) return enter({ kind: 'reconnecting', attempt });
        refreshStatus();
        refreshIssuers();
      },
      onGone: (reason) => {
        if (!isMine()) return;
        leave();
        enter(reason === null ? { kind: 'stopped' } : toFailed(reason));
      },
    });
    if (!isMine()) return connection.live.close();
    live = connection.live;
    showIssuers(connection.issuers);
    const { home } = settings;
    if (known?.home !== home) {
      const before = start ? connection.lastBaseUrl : null;
      known = { home, baseUrl: before ?? connection.status.baseUrl };
    }
    showStatus(connection.status);
  };

  const start = async (): Promise<void> => {
    if (state.kind === 'unavailable') throw new MintmarkError('daemon_unreachable', 'not available in this window');
    await (stopping ?? joining)?.catch(() => {});
    if (state.kind === 'running') return;
    leave();
    enter({ kind: 'starting' });
    try {
      await connect(true);
    } catch (error) {
      report(error);
      enter(toFailed(error));
      throw error;
    }
  };

  const join = async (): Promise<void> => {
    try {
      await connect(false);
    } catch (error) {
      if (!(error instanceof MintmarkError && error.code === 'daemon_unreachable')) report(error);
    }
  };

  const stop = async (): Promise<void> => {
    await (starting ?? joining)?.catch(() => {});
    if (state.kind === 'unavailable') return;
    const joined = live === null ? null : known;
    leave();
    try {
      await leaving;
      const { stopDaemon } = await import('../../daemon/client/stop-daemon.ts');
      await stopDaemon((joined ?? readSettings()).home);
      enter({ kind: 'stopped' });
    } catch (error) {
      enter(toFailed(error));
      throw error;
    }
  };

  const leaveOtherHome = async (): Promise<void> => {
    await (starting ?? stopping ?? joining)?.catch(() => {});
    if (live === null || known === null || known.home === readSettings().home) return;
    leave();
    enter({ kind: 'stopped' });
  };

  const granted = options.onDidGrantTrust(() => {
    if (state.kind === 'unavailable') enter({ kind: 'stopped' });
  });

  return {
    get state() {
      return state;
    },
    get issuers() {
      return issuers;
    },
    get events() {
      return tail.events;
    },
    onDidChangeState: stateChanged.event,
    onDidMoveIssuers: issuersMoved.event,
    onDidChangeIssuers: issuersChanged.event,
    onDidAppendEvents: eventsAppended.event,
    start() {
      starting ??= start().finally(() => {
        starting = null;
      });
      return starting;
    },
    async joinIfRunning() {
      if (starting !== null) return starting.catch(() => {});
      if (stopping !== null || (state.kind !== 'stopped' && state.kind !== 'failed')) return;
      joining ??= join().finally(() => {
        joining = null;
      });
      return joining;
    },
    leaveOtherHome,
    stop() {
      stopping ??= stop().finally(() => {
        stopping = null;
      });
      return stopping;
    },
    async call(name, input) {
      if (live === null || state.kind !== 'running') throw new MintmarkError('daemon_unreachable');
      if (JSON.stringify(input).length > LONGEST_MESSAGE) throw new MintmarkError('too_large');
      try {
        return await live.call(name, input);
      } catch (error) {
        if (error instanceof MintmarkError && WRITE_FAULTS.has(error.code)) refreshStatus();
        throw error;
      }
    },
    async watch(request, onVerdict, onRefused) {
      if (live === null) throw new MintmarkError('daemon_unreachable');
      if (request.token.length > LONGEST_MESSAGE) throw new MintmarkError('too_large');
      return live.watch(request, onVerdict, onRefused);
    },
    refresh() {
      refreshStatus();
      refreshIssuers();
    },
    dispose() {
      disposed = true;
      leave();
      for (const each of [granted, stateChanged, issuersMoved, issuersChanged, eventsAppended]) each.dispose();
    },
  };
}

function toFailed(error: unknown): DaemonState {
  const code = error instanceof MintmarkError && isProblemCode(error.code) ? error.code : 'internal';
  return { kind: 'failed', code, message: error instanceof Error ? error.message : String(error) };
}
