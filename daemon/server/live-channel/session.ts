import { z } from 'zod';
import type { EventHub } from '../../live/event-hub.ts';
import { MintmarkError } from '../../problem.ts';
import type { LogEvent } from '../../protocol/resources.ts';
import { expectation } from '../../protocol/verdict.ts';
import type { EventRow } from '../../store/rows.ts';
import type { Verdict } from '../../verify/verdict.ts';
import { callOperation } from '../control-api/call-operation.ts';
import type { Handlers } from '../control-api/handler-map.ts';
import { parseInput } from '../control-api/operation-input.ts';
import { isOperationName } from '../control-api/routes.ts';
import { CLOSE, type LiveConnection, type LiveSession } from './connection.ts';
import { formatRpcNotification } from './json-rpc.ts';
import type { LiveVerification } from './verification.ts';

const MAX_WATCHES = 1_000;
/** A follower that has not taken a batch of events after this long is given up, ms. */
const SLOW_READER_MS = 10_000;

const watchParams = z.strictObject({ token: z.string().max(1_048_576), expect: expectation.default({}) });
const unwatchParams = z.strictObject({ watchId: z.string().max(64) });
const subscribeParams = z.strictObject({ since: z.number().int().min(0).optional() });
const noParams = z.strictObject({});

export interface LiveSessionOptions {
  readonly handlers: Handlers;
  readonly verification: LiveVerification;
  readonly events: EventHub<EventRow>;
  readonly describeEvent: (row: EventRow) => LogEvent;
  readonly lastSeq: () => number;
}

/** What one client watches and follows; all of it ends with the client. */
export function openLiveSession(options: LiveSessionOptions, connection: LiveConnection): LiveSession {
  const { verification, events } = options;
  const watches = new Set<string>();
  /** Watches whose first verdict is still being found count too. */
  let opening = 0;
  let unsubscribe: (() => void) | undefined;
  let ended = false;

  const watch = async (params: unknown): Promise<unknown> => {
    const request = parseInput(watchParams, params);
    if (watches.size + opening >= MAX_WATCHES) throw new MintmarkError('too_many_watches');
    opening += 1;
    try {
      const added = await verification.watch(request, (watchId, verdict) => {
        connection.send(formatVerdict(watchId, verdict));
      });
      if (ended) verification.unwatch(added.watchId);
      else watches.add(added.watchId);
      return added;
    } finally {
      opening -= 1;
    }
  };

  const unwatch = (params: unknown): unknown => {
    const { watchId } = parseInput(unwatchParams, params);
    if (!watches.delete(watchId)) throw new MintmarkError('watch_not_found');
    verification.unwatch(watchId);
    return { watchId };
  };

  const subscribe = (params: unknown): unknown => {
    const { since } = parseInput(subscribeParams, params);
    if (since !== undefined && since > options.lastSeq()) {
      throw new MintmarkError('invalid_request', `since: the log ends at ${options.lastSeq()}`);
    }
    unsubscribe?.();
    unsubscribe = events.subscribe({
      since,
      deliver: sendEvents,
      fail: () => connection.close(CLOSE.tryAgainLater, 'the event log cannot be read'),
    });
    return { since: since ?? options.lastSeq() };
  };

  /** The hub waits for a slow reader and then feeds him from the log: memory does not grow with him. */
  const sendEvents = (rows: readonly EventRow[]): Promise<void> | undefined => {
    for (const row of rows) connection.send(formatEvent(row, options.describeEvent));
    const congestion = connection.congestion();
    if (congestion === undefined) return undefined;
    const patience = setTimeout(() => {
      connection.close(CLOSE.tryAgainLater, 'what was sent is not read');
    }, SLOW_READER_MS);
    return congestion.then(() => clearTimeout(patience));
  };

  return {
    async handle(method, params) {
      if (method === 'verify.watch') return watch(params);
      if (method === 'verify.unwatch') return unwatch(params);
      if (method === 'events.subscribe') return subscribe(params);
      if (method === 'events.unsubscribe') {
        parseInput(noParams, params);
        unsubscribe?.();
        unsubscribe = undefined;
        return {};
      }
      if (!isOperationName(method)) throw new MintmarkError('method_unknown');
      return callOperation(options.handlers, method, params);
    },
    end() {
      ended = true;
      unsubscribe?.();
      for (const watchId of watches) verification.unwatch(watchId);
      watches.clear();
    },
  };
}

/** Written once however many watch the same token: it is one verdict for all of them. */
const verdictTexts = new WeakMap<Verdict, string>();

function formatVerdict(watchId: string, verdict: Verdict): string {
  const text = verdictTexts.get(verdict) ?? JSON.stringify(verdict);
  verdictTexts.set(verdict, text);
  return `{"jsonrpc":"2.0","method":"verify.verdict","params":{"watchId":"${watchId}","verdict":${text}}}`;
}

/** Written once however many follow: the row is one object for all of them. */
const formatted = new WeakMap<EventRow, string>();

function formatEvent(row: EventRow, describe: (row: EventRow) => LogEvent): string {
  const known = formatted.get(row);
  if (known !== undefined) return known;
  const text = formatRpcNotification('event', describe(row));
  formatted.set(row, text);
  return text;
}
