import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type Daemon, mint, startDaemon } from '../support/daemon.ts';
import { connectLive, type Live } from '../support/live.ts';
import { readResidentMegabytes } from '../support/process-usage.ts';
import { waitFor } from '../support/wait.ts';
import { expectAlive, expectServed } from './served.ts';

const FRAGMENTS = 131_000;
const FRAGMENTERS = 50;
const FLOOD = 100_000;
/** RSS may grow by this much over all floods together, in MB. */
const ALLOWED_GROWTH = 150;

describe('floods over the live channel', () => {
  let daemon: Daemon;
  let before = 0;

  beforeAll(async () => {
    daemon = await startDaemon();
    await expectServed(daemon);
    const live = await connectLive(daemon);
    await live.request('status', {});
    await live.close();
    before = readResidentMegabytes(daemon.pid) ?? 0;
  });

  afterAll(async () => {
    await daemon.stop();
  });

  /** Connections from this process that the system still counts as open, the unread one among them. */
  function countConnections(): number {
    const port = daemon.port.toString(16).toUpperCase().padStart(4, '0');
    const established = new RegExp(`^ *\\d+: \\w+:${port} \\S+ 01 `);
    return ['tcp', 'tcp6'].reduce((count, table) => {
      const lines = readFileSync(`/proc/net/${table}`, 'utf8').split('\n');
      return count + lines.filter((line) => established.test(line)).length;
    }, 0);
  }

  /** Repeats `send` until the connection is closed or `times` is reached, in portions, so that a close is noticed. */
  async function flood(live: Live, times: number, send: (socket: WebSocket, index: number) => void): Promise<number> {
    const { socket } = live;
    socket.on('error', () => {});
    for (let index = 0; index < times && socket.readyState === socket.OPEN; index += 1) {
      send(socket, index);
      if (index % 256 === 255) await new Promise((resolve) => setImmediate(resolve));
    }
    return (await live.closed).code;
  }

  it(`closes ${FRAGMENTERS} clients that send ${FRAGMENTS} fragments and never the last`, async () => {
    const clients = await Promise.all(Array.from({ length: FRAGMENTERS }, () => connectLive(daemon)));
    const codes = await Promise.all(
      clients.map((live) => flood(live, FRAGMENTS, (socket) => socket.send('a', { fin: false }))),
    );
    for (const code of codes) expect([1006, 1008, 1009]).toContain(code);
    await expectServed(daemon);
  });

  it(`closes a client that sends ${FLOOD} pings`, async () => {
    const live = await connectLive(daemon);
    const code = await flood(live, FLOOD, (socket) => socket.ping());
    expect([1006, 1008]).toContain(code);
    await expectServed(daemon);
  });

  it(`closes a client that sends ${FLOOD} small messages`, async () => {
    const live = await connectLive(daemon);
    const code = await flood(live, FLOOD, (socket, id) =>
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'status' })),
    );
    expect([1006, 1008, 1013]).toContain(code);
    await expectServed(daemon);
  });

  it('closes a client that sends what is no message, three times', async () => {
    const live = await connectLive(daemon);
    const code = await flood(live, 10, (socket) => socket.send('not json'));
    expect([1006, 1008]).toContain(code);
    await expectServed(daemon);
  });

  it.skipIf(process.platform !== 'linux')('closes a client that asks and never reads', async () => {
    const live = await connectLive(daemon);
    const { token } = await mint(daemon, 'default', { claims: { filler: 'x'.repeat(8_000) } });
    const raw = live.socket as WebSocket & { _socket: { pause(): void } };
    raw._socket.pause();
    let id = 0;
    // Slowly enough that the rate is no reason to close: what must end it is what nobody reads.
    const asking = setInterval(() => {
      for (let count = 0; count < 20 && live.socket.readyState === live.socket.OPEN; count += 1) {
        id += 1;
        live.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'verify', params: { token } }));
      }
    }, 100);
    try {
      await waitFor('the daemon to have no such connection', async () => countConnections() === 0, 60_000);
    } finally {
      clearInterval(asking);
      live.socket.terminate();
    }
    await expectServed(daemon);
  });

  it.skipIf(process.platform !== 'linux')(`took no more than ${ALLOWED_GROWTH} MB for all of that`, () => {
    expectAlive(daemon);
    expect((readResidentMegabytes(daemon.pid) ?? 0) - before).toBeLessThan(ALLOWED_GROWTH);
  });
});
