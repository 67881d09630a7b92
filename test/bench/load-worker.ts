/**
 * A small HTTP/1.1 load client on bare sockets, run as its own process: it costs about a third of what node:http's
 * client does, so that on a machine with few cores the server is what is measured.
 */
import { connect, type Socket } from 'node:net';
import type { LoadPlan, LoadResult } from './load.ts';
import { pickPercentile } from './statistics.ts';

const HEAD_END = Buffer.from('\r\n\r\n');

interface Answer {
  readonly status: number;
  readonly length: number;
}

/** The first whole answer in `bytes`; null while more must arrive. Content-Length and chunked bodies (RFC 9112 §6). */
function parseAnswer(bytes: Buffer): Answer | null {
  const headLength = bytes.indexOf(HEAD_END);
  if (headLength < 0) return null;
  const head = bytes.toString('latin1', 0, headLength);
  const status = Number(head.slice(9, 12));
  const declared = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (declared) {
    const length = headLength + 4 + Number(declared[1]);
    return bytes.length >= length ? { status, length } : null;
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return { status, length: headLength + 4 };
  const end = bytes.indexOf('\r\n0\r\n\r\n', headLength + 2);
  return end < 0 ? null : { status, length: end + 7 };
}

/** One connection with at most one request under way. */
interface Lane {
  isBusy(): boolean;
  /** `dueAt`: when the request should have left, so that waiting for a free connection counts as latency. */
  send(request: Buffer, dueAt: number): void;
  close(): void;
}

function createLane(socket: Socket, done: (lane: Lane, status: number, latencyMs: number) => void): Lane {
  let busy = false;
  let pending: Buffer | null = null;
  let dueSince = 0;
  const lane: Lane = {
    isBusy: () => busy,
    send: (request, dueAt) => {
      busy = true;
      dueSince = dueAt;
      socket.write(request);
    },
    close: () => socket.destroy(),
  };
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    const bytes = pending ? Buffer.concat([pending, chunk]) : chunk;
    const answer = parseAnswer(bytes);
    pending = answer ? null : bytes;
    if (!answer) return;
    busy = false;
    done(lane, answer.status, performance.now() - dueSince);
  });
  return lane;
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
}

async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const requests = plan.requests.map((text) => Buffer.from(text));
  const latencies: number[] = [];
  let next = 0;
  let failures = 0;
  let broken: Error | null = null;
  const start = performance.now() + plan.warmUpMs;
  const end = start + plan.measureMs;
  const interval = plan.perSecond === null ? null : 1000 / plan.perSecond;
  let dueAt = performance.now();

  const pickRequest = (): Buffer => requests[next++ % requests.length] as Buffer;
  const sendNext = (lane: Lane): void => {
    const now = performance.now();
    if (now >= end) return;
    if (interval === null) {
      lane.send(pickRequest(), now);
    } else if (dueAt <= now) {
      lane.send(pickRequest(), dueAt);
      dueAt += interval;
    }
  };
  const settle = (lane: Lane, status: number, latencyMs: number): void => {
    const now = performance.now();
    if (now >= start && now < end) {
      if (status >= 200 && status < 300) latencies.push(latencyMs);
      else failures += 1;
    }
    sendNext(lane);
  };

  const sockets = await Promise.all(Array.from({ length: plan.connections }, () => openSocket(plan.port)));
  const lanes = sockets.map((socket) => {
    socket.once('error', (error) => {
      broken = error;
    });
    return createLane(socket, settle);
  });
  dueAt = performance.now();
  for (const lane of lanes) sendNext(lane);
  const pump = setInterval(() => {
    for (const lane of lanes) if (!lane.isBusy()) sendNext(lane);
  }, 1);
  await new Promise((resolve) => setTimeout(resolve, end - performance.now()));
  clearInterval(pump);
  for (const lane of lanes) lane.close();
  if (broken !== null) throw broken;
  return {
    perSecond: latencies.length / (plan.measureMs / 1000),
    p50: pickPercentile(latencies, 0.5),
    p99: pickPercentile(latencies, 0.99),
    failures,
  };
}

process.once('message', (plan: LoadPlan) => {
  runLoad(plan).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
