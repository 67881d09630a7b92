import type { WebSocket } from 'ws';
import { compare, printNumber, type Section, section } from '../findings.ts';
import { MINT_BODY } from '../job-claims.ts';
import type { Scale } from '../scale.ts';
import { type Mintmark, type Server, startMintmark, startPeer } from '../servers.ts';
import { pickMedian } from '../statistics.ts';
import { type Live, openLive, openSocket } from '../websocket.ts';

/** As many as the aim names; the daemon may take fewer, and then both sides have as many as it takes. */
const CLIENTS = 100;
const WATCHES_EACH = 40;
/** Below what the channel allows one client per second. */
const PACE_MS = 4;

/** P18 to P20: how fast verdicts travel. */
export async function measureLive(scale: Scale): Promise<Section> {
  const ours = await startMintmark();
  const bare = await startPeer('bare-ws');
  const clients: Live[] = [];
  const sockets: WebSocket[] = [];
  try {
    const verifying = await compareAnswers(scale, ours, bare);
    while (clients.length < CLIENTS) {
      const live = await openLive(ours).catch(() => null);
      if (!live) break;
      clients.push(live);
    }
    while (sockets.length < clients.length) sockets.push(await openSocket(`ws://localhost:${bare.port}`));
    const note = `${clients.length} clients`;
    const fanOut = await comparePushes(scale, ours, bare, clients, sockets);
    return section({
      findings: [
        verifying,
        compare('P19', fanOut.last, fanOut.bareLast, ' ms', `${note}; ours commits and verifies before it tells`),
        compare('P20', fanOut.rate, fanOut.bareRate, '/s', `${note}, ${WATCHES_EACH} watches each; ours verifies each`),
      ],
      remarks: [`a verdict push is ${printNumber(fanOut.bytes)} bytes`],
    });
  } finally {
    for (const live of clients) live.close();
    for (const socket of sockets) socket.terminate();
    await ours.stop();
    await bare.stop();
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** P18: one request at a time over WebSocket, against an echo of the answer's bytes. */
async function compareAnswers(scale: Scale, ours: Mintmark, bare: Server) {
  const { token } = await ours.call('POST', '/issuers/default/tokens', JSON.parse(MINT_BODY));
  const live = await openLive(ours);
  const echo = await openSocket(`ws://localhost:${bare.port}`);
  const answer = JSON.stringify(await live.call('verify', { token, expect: {} }));
  const samples = Math.max(50, Math.round(scale.measureMs / PACE_MS / 4));
  const measure = async (once: () => Promise<unknown>): Promise<number> => {
    const times: number[] = [];
    for (let count = 0; count < samples; count += 1) {
      const begun = performance.now();
      await once();
      times.push(performance.now() - begun);
      await pause(PACE_MS);
    }
    return pickMedian(times);
  };
  const verdicts: number[] = [];
  const echoes: number[] = [];
  for (let round = 0; round < scale.rounds; round += 1) {
    verdicts.push(await measure(() => live.call('verify', { token, expect: {} })));
    echoes.push(
      await measure(
        () =>
          new Promise((resolve) => {
            echo.once('message', resolve);
            echo.send(answer);
          }),
      ),
    );
  }
  live.close();
  echo.terminate();
  return compare('P18', verdicts, echoes, ' ms');
}

interface Pushes {
  last: number[];
  bareLast: number[];
  rate: number[];
  bareRate: number[];
  bytes: number;
}

/**
 * P19 and P20: one revocation that changes one or many watches of every client, against `ws` sending as many messages.
 */
async function comparePushes(
  scale: Scale,
  ours: Mintmark,
  bare: Server,
  clients: readonly Live[],
  sockets: readonly WebSocket[],
): Promise<Pushes> {
  const pushes: Pushes = { last: [], bareLast: [], rate: [], bareRate: [], bytes: 0 };
  let sample = '';
  const revokeWatched = async (each: number): Promise<number> => {
    const minted = await ours.call('POST', '/issuers/default/tokens', JSON.parse(MINT_BODY));
    const watches: Record<string, unknown>[][] = [];
    while (watches.length < each) {
      const params = { token: minted.token, expect: {} };
      watches.push(await Promise.all(clients.map((live) => live.call('verify.watch', params))));
    }
    const arrived = countArrivals(clients.length * each, (count) => {
      for (const live of clients) {
        live.onPush((text) => {
          sample = text;
          count();
        });
      }
    });
    const begun = performance.now();
    await Promise.all([ours.call('POST', `/tokens/${String(minted.jti)}/revoke`, {}), arrived]);
    const spent = performance.now() - begun;
    for (const turn of watches) {
      await Promise.all(turn.map(({ watchId }, index) => clients[index]?.call('verify.unwatch', { watchId })));
    }
    return spent;
  };
  const sendBare = async (each: number): Promise<number> => {
    const arrived = countArrivals(sockets.length * each, (count) => {
      for (const socket of sockets)
        socket.removeAllListeners('message').on('message', (data) => {
          data.toString();
          count();
        });
    });
    const begun = performance.now();
    await Promise.all([fetch(`http://localhost:${bare.port}/${each}`, { method: 'POST', body: sample }), arrived]);
    return performance.now() - begun;
  };
  for (let round = 0; round < scale.rounds * 4; round += 1) {
    pushes.last.push(await revokeWatched(1));
    pushes.bareLast.push(await sendBare(1));
  }
  for (let round = 0; round < scale.rounds; round += 1) {
    const total = clients.length * WATCHES_EACH;
    pushes.rate.push(total / ((await revokeWatched(WATCHES_EACH)) / 1000));
    pushes.bareRate.push(total / ((await sendBare(WATCHES_EACH)) / 1000));
  }
  pushes.bytes = Buffer.byteLength(sample);
  return pushes;
}

/** Resolves when `total` messages have arrived; `listen` gets what to call for each. */
function countArrivals(total: number, listen: (count: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    let left = total;
    listen(() => {
      left -= 1;
      if (left === 0) resolve();
    });
  });
}
