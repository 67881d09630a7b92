import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { type LiveChannel, openLive } from '../../../daemon/client/open-live.ts';
import { proveDaemon } from '../../../daemon/client/prove-daemon.ts';
import { waitFor } from '../../support/wait.ts';
import { openFakeDaemon } from './fake-daemon.ts';
import { type Call, type LiveEnd, notify, openLiveEnd, refuse, reply } from './live-end.ts';

const ignore = () => {};

const ends: { close(): unknown }[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end.close();
});

/** @param hold what an attempt to come back waits for before it looks for the daemon. */
async function connect(
  hold: (signal: AbortSignal) => Promise<void> = async () => {},
): Promise<{ end: LiveEnd; live: LiveChannel; losses: number[] }> {
  const end = await openLiveEnd();
  const losses: number[] = [];
  const live = await openLive({
    find: async (signal) => {
      if (losses.length > 0) await hold(signal);
      return proveDaemon(end.daemon.file);
    },
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
    end.answer = ({ id }, socket) => refuse(socket, id, 'key_active');
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
    await expect(live.watch({ token: 't', expect: {} }, ignore, ignore)).rejects.toMatchObject(failure);
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

/** Time passes only when the test says so, for timers alone: sockets and their events go on. */
function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

describe('a daemon that hangs', () => {
  test('fails a call that it does not answer within 30 s', async () => {
    stopTime();
    const { end, live } = await connect();
    const asked = expectCall<void>();
    end.answer = () => asked.told();
    const call = expect(live.call('status', {})).rejects.toMatchObject({ code: 'daemon_unreachable' });
    await asked.value;
    vi.advanceTimersByTime(30_000);
    await call;
  });

  test('has its late answer to a watch undone', async () => {
    stopTime();
    const { end, live } = await connect();
    const late = expectCall<[Call, WebSocket]>();
    const undone = expectCall<unknown>();
    end.answer = (call, socket) => {
      if (call.method === 'verify.watch') late.told([call, socket]);
      else undone.told(call);
    };
    const watch = expect(live.watch({ token: 't', expect: {} }, ignore, ignore)).rejects.toThrow();
    const [{ id }, socket] = await late.value;
    vi.advanceTimersByTime(30_000);
    await watch;
    reply(socket, id, { watchId: 'w', verdict: accepted });
    expect(await undone.value).toMatchObject({ method: 'verify.unwatch', params: { watchId: 'w' } });
  });

  test('is missed when it has not pinged for two of its intervals, and looked for again', async () => {
    stopTime();
    const { end, losses } = await connect();
    vi.advanceTimersByTime(59_999);
    expect(losses).toEqual([]);
    vi.advanceTimersByTime(1);
    await waitFor('the loss', () => losses.length > 0);
    vi.advanceTimersByTime(250);
    await waitFor('the connection', () => losses.at(-1) === 0);
    expect(end.credentials).toHaveLength(2);
  });

  test('is not missed while it pings', async () => {
    stopTime();
    const { end, live, losses } = await connect();
    for (let minutes = 0; minutes < 3; minutes++) {
      vi.advanceTimersByTime(59_999);
      for (const socket of end.sockets) socket.ping();
      // What is answered after the ping was read after it.
      await live.call('status', {});
    }
    expect(losses).toEqual([]);
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
    const tell = (verdict: unknown) => {
      verdicts.push(verdict);
      if (verdicts.length === 2) told();
    };
    await live.watch({ token: 't', expect: {} }, tell, ignore);
    await value;
    expect(verdicts).toEqual([accepted, refused]);
  });

  test('is set again after a loss, and tells only what has changed meanwhile', async () => {
    const { end, live, losses } = await connect();
    end.answer = ({ id }, socket) => reply(socket, id, { watchId: 'w1', verdict: accepted });
    const verdicts: unknown[] = [];
    const { told, value } = expectCall<void>();
    const tell = (verdict: unknown) => {
      verdicts.push(verdict);
      if (verdicts.length === 2) told();
    };
    await live.watch({ token: 't', expect: {} }, tell, ignore);
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
    const stop = await live.watch({ token: 't', expect: {} }, ignore, ignore);
    stop();
    await live.call('status', {});
    expect(end.calls.map(({ method }) => method)).toEqual(['verify.watch', 'verify.unwatch', 'status']);
  });
});

describe('a watch that the daemon does not take again after a loss', () => {
  test('ends alone: it is told, and everything else goes on', async () => {
    const { end, live, losses } = await connect();
    end.answer = ({ id, params }, socket) => reply(socket, id, { watchId: params.token, verdict: accepted });
    const told: unknown[] = [];
    const watch = (token: string) =>
      live.watch(
        { token, expect: {} },
        ({ status }) => told.push([token, status]),
        ({ code }) => told.push([token, code]),
      );
    await Promise.all([watch('taken'), watch('refused')]);
    end.answer = ({ id, method, params }, socket) => {
      if (params.token === 'refused') refuse(socket, id, 'too_many_watches');
      else reply(socket, id, method === 'verify.watch' ? { watchId: 'new', verdict: refused } : {});
    };
    told.length = 0;
    end.cut();
    await waitFor('the connection', () => losses.at(-1) === 0);
    expect(losses).toEqual([1, 0]);
    expect(told.sort()).toEqual([
      ['refused', 'too_many_watches'],
      ['taken', 'refused'],
    ]);
    end.cut();
    await waitFor('the next connection', () => losses.length === 4);
    const asked = end.calls.filter(({ params }) => params.token === 'refused');
    expect(asked).toHaveLength(2);
  });

  test.each(['stopping', 'daemon_unreachable'])('because it is going (%s) is asked for once more', async (code) => {
    const { end, live, losses } = await connect();
    end.answer = ({ id }, socket) => reply(socket, id, { watchId: 'w', verdict: accepted });
    const onRefused = vi.fn();
    await live.watch({ token: 't', expect: {} }, ignore, onRefused);
    end.answer = ({ id }, socket) => {
      end.answer = (call, to) => reply(to, call.id, { watchId: 'w', verdict: accepted });
      refuse(socket, id, code);
    };
    end.cut();
    await waitFor('the connection', () => losses.at(-1) === 0);
    expect([losses, onRefused.mock.calls]).toEqual([[1, 2, 0], []]);
  });

  test('is not kept by the daemon when it ended before the answer', async () => {
    const { end, live } = await connect();
    end.answer = ({ id }, socket) => reply(socket, id, { watchId: 'w1', verdict: accepted });
    const stop = await live.watch({ token: 't', expect: {} }, ignore, ignore);
    const undone = expectCall<unknown>();
    end.answer = ({ id, method, params }, socket) => {
      if (method !== 'verify.watch') return undone.told(params);
      stop();
      reply(socket, id, { watchId: 'w2', verdict: refused });
    };
    end.cut();
    expect(await undone.value).toEqual({ watchId: 'w2' });
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
      if (params.since === 9) return refuse(socket, id, 'invalid_request');
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

describe('closing while it comes back', () => {
  test('waits for the search, and opens nothing that it finds', async () => {
    const searching = expectCall<AbortSignal>();
    const found = expectCall<void>();
    const { end, live, losses } = await connect((signal) => {
      searching.told(signal);
      return found.value;
    });
    end.cut();
    const signal = await searching.value;
    let isOver = false;
    const closing = live.close().then(() => {
      isOver = true;
    });
    expect(signal.aborted).toBe(true);
    await proveDaemon(end.daemon.file);
    expect(isOver).toBe(false);
    found.told();
    await closing;
    expect([end.credentials.length, losses]).toEqual([1, [1]]);
  });

  test('leaves no connection that was just being opened', async () => {
    const { end, live, losses } = await connect();
    end.answer = ({ id }, socket) => reply(socket, id, { watchId: 'w', verdict: accepted });
    await live.watch({ token: 't', expect: {} }, ignore, ignore);
    const closing = new Promise<void>((resolve) => {
      end.onConnection = () => resolve(live.close());
    });
    end.cut();
    await closing;
    await waitFor('the connection to go', () => end.sockets.size === 0);
    expect([end.calls.length, losses]).toEqual([1, [1]]);
  });

  test('at the word of the loss prevents the attempt', async () => {
    stopTime();
    const { end, live, losses } = await connect();
    const lost = vi.spyOn(losses, 'push').mockImplementation(() => {
      void live.close();
      return 0;
    });
    end.cut();
    await waitFor('the loss', () => lost.mock.calls.length > 0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
