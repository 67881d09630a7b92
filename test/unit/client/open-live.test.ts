import { afterEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { type LiveChannel, openLive, reconnectDelay } from '../../../daemon/client/open-live.ts';
import { proveDaemon } from '../../../daemon/client/prove-daemon.ts';
import { waitFor } from '../../support/wait.ts';
import { type FakeDaemon, openFakeDaemon } from './fake-daemon.ts';

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** The daemon's end of the live channel, as far as a test scripts it. */
interface LiveEnd {
  readonly daemon: FakeDaemon;
  readonly calls: Call[];
  /** Credential headers of the upgrades. */
  readonly credentials: (string | undefined)[];
  answer: (call: Call, socket: WebSocket) => void;
  /** Cuts every connection without a word. */
  cut(): void;
  close(): Promise<void>;
}

const reply = (socket: WebSocket, id: number, result: unknown) =>
  socket.send(JSON.stringify({ jsonrpc: '2.0', id, result }));
const notify = (socket: WebSocket, method: string, params: unknown) =>
  socket.send(JSON.stringify({ jsonrpc: '2.0', method, params }));

async function openLiveEnd(): Promise<LiveEnd> {
  const daemon = await openFakeDaemon();
  const server = new WebSocketServer({ server: daemon.server, path: '/api/v1/live' });
  const end: LiveEnd = {
    daemon,
    calls: [],
    credentials: [],
    answer: (call, socket) => reply(socket, call.id, {}),
    cut: () => {
      for (const socket of server.clients) socket.terminate();
    },
    close: async () => {
      end.cut();
      server.close();
      await daemon.close();
    },
  };
  server.on('connection', (socket, request) => {
    end.credentials.push(request.headers.authorization);
    socket.on('message', (data) => {
      const call = JSON.parse(data.toString()) as Call;
      end.calls.push(call);
      end.answer(call, socket);
    });
  });
  return end;
}

const ends: { close(): unknown }[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end.close();
});

async function connect(): Promise<{ end: LiveEnd; live: LiveChannel; losses: number[] }> {
  const end = await openLiveEnd();
  const losses: number[] = [];
  const live = await openLive({
    find: () => proveDaemon(end.daemon.file),
    onLoss: (attempt) => losses.push(attempt),
    random: () => 0,
  });
  ends.push(end, live);
  return { end, live, losses };
}

/** A promise with the handle to fulfil it. */
function expectCall<T>(): { told: (value: T) => void; value: Promise<T> } {
  let told: (value: T) => void = () => {};
  const value = new Promise<T>((resolve) => {
    told = resolve;
  });
  return { told, value };
}

const accepted = { status: 'accepted', reason: null };
const refused = { status: 'refused', reason: 'key_revoked' };

describe('the live channel', () => {
  test('is opened with the credential in the header, at the proven address', async () => {
    const { end } = await connect();
    expect(end.credentials).toEqual([`Bearer ${end.daemon.file.controlToken}`]);
  });

  test('answers calls by their id, whatever their order', async () => {
    const { end, live } = await connect();
    const waiting: [Call, WebSocket][] = [];
    end.answer = (call, socket) => {
      waiting.push([call, socket]);
      if (waiting.length < 2) return;
      for (const [{ id, method }, to] of waiting.reverse()) reply(to, id, { method });
    };
    const answers = await Promise.all([live.call('status', {}), live.call('clock.show', {})]);
    expect(answers).toEqual([{ method: 'status' }, { method: 'clock.show' }]);
  });

  test('gives an error its code', async () => {
    const { end, live } = await connect();
    end.answer = ({ id }, socket) =>
      socket.send(
        JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message: 'm', data: { code: 'key_active' } } }),
      );
    await expect(live.call('status', {})).rejects.toMatchObject({ code: 'key_active' });
  });

  test('fails a call that the loss of the connection leaves without an answer', async () => {
    const { end, live } = await connect();
    end.answer = (_, socket) => socket.terminate();
    await expect(live.call('status', {})).rejects.toMatchObject({ code: 'daemon_unreachable' });
  });

  test('fails a call, a watch and a subscription at once while the connection is lost', async () => {
    const { end, live, losses } = await connect();
    end.cut();
    await waitFor('the loss', () => losses.length > 0);
    const failure = { code: 'daemon_unreachable' };
    await expect(live.call('status', {})).rejects.toMatchObject(failure);
    await expect(live.watch({ token: 't', expect: {} }, () => {})).rejects.toMatchObject(failure);
    await expect(live.follow(0, () => {})).rejects.toMatchObject(failure);
    expect(end.calls).toEqual([]);
  });

  test('refuses to open where the daemon does not prove itself', async () => {
    const daemon = await openFakeDaemon({ proofToken: 'guessed' });
    ends.push(daemon);
    const opening = openLive({ find: () => proveDaemon(daemon.file), onLoss: () => {}, random: () => 0 });
    await expect(opening).rejects.toMatchObject({ code: 'daemon_unproven' });
  });
});

describe('a watch', () => {
  test('tells the first verdict and then each change, also one that comes in the same packet', async () => {
    const { end, live } = await connect();
    end.answer = ({ id }, socket) => {
      reply(socket, id, { watchId: 'w', verdict: accepted });
      notify(socket, 'verify.verdict', { watchId: 'w', verdict: refused });
    };
    const verdicts: unknown[] = [];
    const { told, value } = expectCall<void>();
    await live.watch({ token: 't', expect: {} }, (verdict) => {
      verdicts.push(verdict);
      if (verdicts.length === 2) told();
    });
    await value;
    expect(verdicts).toEqual([accepted, refused]);
  });

  test('is set again after a loss, and tells only what has changed meanwhile', async () => {
    const { end, live, losses } = await connect();
    end.answer = ({ id }, socket) => reply(socket, id, { watchId: 'w1', verdict: accepted });
    const verdicts: unknown[] = [];
    const { told, value } = expectCall<void>();
    await live.watch({ token: 't', expect: {} }, (verdict) => {
      verdicts.push(verdict);
      if (verdicts.length === 2) told();
    });
    end.answer = ({ id }, socket) => reply(socket, id, { watchId: 'w2', verdict: refused });
    end.cut();
    await value;
    expect(verdicts).toEqual([accepted, refused]);
    expect(end.calls.map(({ method }) => method)).toEqual(['verify.watch', 'verify.watch']);
    expect(losses[0]).toBe(1);
  });

  test('that was ended is not set again', async () => {
    const { end, live } = await connect();
    end.answer = ({ id }, socket) => reply(socket, id, { watchId: 'w', verdict: accepted });
    const stop = await live.watch({ token: 't', expect: {} }, () => {});
    stop();
    await live.call('status', {});
    expect(end.calls.map(({ method }) => method)).toEqual(['verify.watch', 'verify.unwatch', 'status']);
  });
});

describe('events', () => {
  const event = (seq: number) => ({ seq, at: '', name: 'n', issuer: null, subject: null, detail: {} });

  test('go on after the last one that was told', async () => {
    const { end, live } = await connect();
    end.answer = ({ id, params }, socket) => {
      reply(socket, id, { since: params.since ?? 7 });
      for (const seq of params.since === undefined ? [8, 9] : [10]) notify(socket, 'event', event(seq));
    };
    const told: number[] = [];
    const second = expectCall<void>();
    const third = expectCall<void>();
    await live.follow(undefined, ({ seq }) => {
      told.push(seq);
      if (seq === 9) second.told();
      if (seq === 10) third.told();
    });
    await second.value;
    end.cut();
    await third.value;
    expect(told).toEqual([8, 9, 10]);
    expect(end.calls.map(({ params }) => params)).toEqual([{}, { since: 9 }]);
  });

  test('go on with what comes when the log is another one, which ends before what was told', async () => {
    const { end, live } = await connect();
    const { told, value } = expectCall<void>();
    end.answer = ({ id, params }, socket) => {
      const error = { code: -32602, message: 'm', data: { code: 'invalid_request' } };
      if (params.since === 9) return socket.send(JSON.stringify({ jsonrpc: '2.0', id, error }));
      reply(socket, id, { since: params.since ?? 0 });
      notify(socket, 'event', event(end.calls.length === 1 ? 9 : 1));
    };
    const seen: number[] = [];
    await live.follow(8, ({ seq }) => {
      seen.push(seq);
      if (seq === 9) end.cut();
      else told();
    });
    await value;
    expect(seen).toEqual([9, 1]);
    expect(end.calls.map(({ params }) => params)).toEqual([{ since: 8 }, { since: 9 }, {}]);
  });

  test('go on from where they began when none had come before the loss', async () => {
    const { end, live } = await connect();
    const { told, value } = expectCall<void>();
    end.answer = ({ id, params }, socket) => {
      reply(socket, id, { since: params.since ?? 7 });
      if (params.since !== undefined) notify(socket, 'event', event(8));
    };
    await live.follow(undefined, () => told());
    end.cut();
    await value;
    expect(end.calls[1]?.params).toEqual({ since: 7 });
  });
});

test('closing ends it for good: the connection goes and is not missed', async () => {
  const { end, live, losses } = await connect();
  const gone = new Promise<void>((resolve) => {
    end.answer = (_, socket) => socket.once('close', () => resolve());
  });
  const asked = live.call('status', {});
  live.close();
  await expect(asked).rejects.toMatchObject({ code: 'daemon_unreachable' });
  await gone;
  expect(losses).toEqual([]);
});

test.each([
  [1, 0, 125],
  [1, 1, 250],
  [2, 1, 500],
  [5, 1, 4_000],
  [50, 1, 30_000],
  [50, 0, 15_000],
])('attempt %i waits between half and all of its turn (%d: %d ms)', (attempt, random, delay) => {
  expect(reconnectDelay(attempt, random)).toBe(delay);
});
