import { readCpuMilliseconds, readResidentMegabytes } from '../../support/process-usage.ts';
import { compare, printNumber, type Section, section } from '../findings.ts';
import { JOB_CLAIMS, MINT_BODY } from '../job-claims.ts';
import { driveLoad, writeRequest } from '../load.ts';
import { CONNECTIONS, type Scale } from '../scale.ts';
import { type Mintmark, type Server, startMintmark, startPeer } from '../servers.ts';
import { openLive } from '../websocket.ts';

const WATCHES = 1_000;

/** P16, P17 and B14: what the daemon takes while it does nothing, after work, and while others wait for it. */
export async function measureMemory(scale: Scale): Promise<Section> {
  const series = { idle: [] as number[], mockIdle: [] as number[], loaded: [] as number[], mockLoaded: [] as number[] };
  const idleCosts: string[] = [];
  for (let round = 0; round < Math.min(3, scale.rounds); round += 1) {
    const ours = await startMintmark();
    const mock = await startPeer('mock-server', JOB_CLAIMS);
    try {
      const sizes = [readResidentMegabytes(ours.pid), readResidentMegabytes(mock.pid)] as const;
      if (sizes[0] === null || sizes[1] === null) {
        const reason = 'memory of another process is read from /proc only';
        return section({ gaps: ['P16', 'P17', 'B14'].map((id) => ({ id, reason })) });
      }
      series.idle.push(sizes[0]);
      series.mockIdle.push(sizes[1]);
      if (round === 0) idleCosts.push(await compareIdling(ours, scale));
      await mintFor(scale, ours, '/api/v1/issuers/default/tokens', ours.headers, MINT_BODY);
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      await mintFor(scale, mock, '/token', form, 'grant_type=client_credentials&scope=bench');
      series.loaded.push(readResidentMegabytes(ours.pid) ?? Number.NaN);
      series.mockLoaded.push(readResidentMegabytes(mock.pid) ?? Number.NaN);
    } finally {
      await ours.stop();
      await mock.stop();
    }
  }
  return section({
    findings: [
      compare('P16', series.idle, series.mockIdle, ' MB'),
      compare('P17', series.loaded, series.mockLoaded, ' MB'),
    ],
    remarks: idleCosts,
  });
}

async function mintFor(
  scale: Scale,
  server: Server,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<void> {
  await driveLoad({
    port: server.port,
    requests: [writeRequest(server.port, 'POST', path, { headers, body })],
    connections: CONNECTIONS,
    perSecond: null,
    warmUpMs: 0,
    measureMs: scale.measureMs * 4,
  });
}

/** B14: CPU time of an idle daemon without and with watches on tokens that stay valid. */
async function compareIdling(server: Mintmark, scale: Scale): Promise<string> {
  const spend = async (): Promise<number> => {
    const before = readCpuMilliseconds(server.pid) ?? Number.NaN;
    await new Promise((resolve) => setTimeout(resolve, scale.measureMs * 2));
    return ((readCpuMilliseconds(server.pid) ?? Number.NaN) - before) / ((scale.measureMs * 2) / 1000);
  };
  const live = await openLive(server);
  const { token } = await server.call('POST', '/issuers/default/tokens', JSON.parse(MINT_BODY));
  const without = await spend();
  for (let count = 0; count < WATCHES; count += 1) {
    await live.call('verify.watch', { token, expect: {} });
    // The channel takes a few hundred messages a second and closes on more.
    if (count % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 40));
  }
  const withWatches = await spend();
  live.close();
  return (
    `B14: ${WATCHES} idle watches use ${printNumber(withWatches)} ms of CPU per second, ` +
    `none use ${printNumber(without)} ms (aim: no difference)`
  );
}
