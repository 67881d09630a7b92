import type { RawData, WebSocket } from 'ws';
import { MintmarkError } from '../problem.ts';
import { readProblem } from './read-problem.ts';

/** One JSON-RPC 2.0 conversation over one open socket. */
export interface RpcConversation {
  /**
   * `onResult` runs before any notification that follows the answer: a watch must be known when its first one comes. It
   * also runs for an answer that came too late for the promise: what the daemon did then must be undone.
   */
  request(method: string, params: object, onResult?: (result: unknown) => void): Promise<unknown>;
}

/** The longest work of a daemon, a fetch from a slow issuer or a large key, takes a third of this. */
const ANSWER_MS = 30_000;

interface Pending {
  readonly timeout: NodeJS.Timeout;
  readonly onResult: ((result: unknown) => void) | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: MintmarkError) => void;
}

interface Message {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message?: unknown; readonly data?: object };
}

/**
 * Pairs requests with answers; hands notifications to `onNotification`. Requests under way fail after 30 s and when the
 * socket closes, later ones at once, with `daemon_unreachable`. A refusal that does not say of which request it is
 * belongs to the only one under way; of several, nobody can tell what became of them, and all of them fail.
 */
export function converse(
  socket: WebSocket,
  onNotification: (method: string, params: Readonly<Record<string, unknown>>) => void,
): RpcConversation {
  const pending = new Map<number, Pending>();
  let lastId = 0;

  const failAll = (problem: MintmarkError) => {
    for (const { timeout, reject } of pending.values()) {
      clearTimeout(timeout);
      reject(problem);
    }
  };

  /** JSON-RPC 2.0 §5: an error without an id answers a message that could not be read. */
  const failUnnamed = (problem: MintmarkError) => {
    if (pending.size === 1) {
      failAll(problem);
      pending.clear();
    } else {
      // They stay known: what the daemon does all the same must be undone.
      failAll(new MintmarkError('daemon_unreachable', 'the daemon could not read one of the requests under way'));
    }
  };

  socket.on('message', (data: RawData) => {
    const message = JSON.parse(data.toString()) as Message;
    if (typeof message.method === 'string') {
      onNotification(message.method, (message.params ?? {}) as Record<string, unknown>);
      return;
    }
    if (message.id === null && message.error !== undefined) {
      failUnnamed(toProblem(message.error));
      return;
    }
    const waiting = pending.get(Number(message.id));
    if (waiting === undefined) return;
    pending.delete(Number(message.id));
    clearTimeout(waiting.timeout);
    if (message.error !== undefined) {
      waiting.reject(toProblem(message.error));
    } else {
      waiting.onResult?.(message.result);
      waiting.resolve(message.result);
    }
  });
  socket.on('close', () => {
    failAll(new MintmarkError('daemon_unreachable', 'the live channel closed before the answer'));
    pending.clear();
  });

  return {
    request: (method, params, onResult) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) {
          reject(new MintmarkError('daemon_unreachable', 'the live channel is closed'));
          return;
        }
        lastId += 1;
        const giveUp = () => reject(new MintmarkError('daemon_unreachable', 'the daemon takes too long to answer'));
        pending.set(lastId, { timeout: setTimeout(giveUp, ANSWER_MS), onResult, resolve, reject });
        socket.send(JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params }));
      }),
  };
}

function toProblem({ message, data }: NonNullable<Message['error']>): MintmarkError {
  return readProblem({ ...data, detail: message }, typeof message === 'string' ? message : undefined);
}
