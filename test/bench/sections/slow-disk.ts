import { execFileSync } from 'node:child_process';
import { printNumber, type Section, section } from '../findings.ts';
import { MINT_BODY } from '../job-claims.ts';
import { driveLoad, writeRequest } from '../load.ts';
import { CONNECTIONS, type Scale } from '../scale.ts';
import { startMintmark } from '../servers.ts';
import { pickMedian } from '../statistics.ts';

const DELAY_MS = 5;

/**
 * What is left of minting where a sync takes as long as on a laptop's disk: without an aim, because nothing sets one.
 */
export async function measureSlowDisk(scale: Scale): Promise<Section> {
  const calls = 'fsync,fdatasync';
  const delay = `inject=${calls}:delay_enter=${DELAY_MS * 1000}`;
  const wrapper = ['strace', '-f', '--seccomp-bpf', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', delay];
  try {
    execFileSync(wrapper[0] as string, [...wrapper.slice(1), 'true'], { stdio: 'ignore' });
  } catch {
    return section({ remarks: ['slow disk: not measured, strace is absent or may not trace'] });
  }
  const normal = await startMintmark();
  const slow = await startMintmark({ wrapper });
  const series = { normal: [] as number[], slow: [] as number[] };
  try {
    for (let round = 0; round < scale.rounds; round += 1) {
      for (const [name, server] of [['normal', normal] as const, ['slow', slow] as const]) {
        const { perSecond } = await driveLoad({
          port: server.port,
          requests: [
            writeRequest(server.port, 'POST', '/api/v1/issuers/default/tokens', {
              headers: server.headers,
              body: MINT_BODY,
            }),
          ],
          connections: CONNECTIONS,
          perSecond: null,
          warmUpMs: scale.warmUpMs,
          measureMs: scale.measureMs,
        });
        series[name].push(perSecond);
      }
    }
  } finally {
    await normal.stop();
    await slow.stop();
  }
  const [here, delayed] = [pickMedian(series.normal), pickMedian(series.slow)];
  return section({
    remarks: [
      `with every sync ${DELAY_MS} ms slower: ${printNumber(delayed)} durable RS256 mints/s, ` +
        `${printNumber(delayed / here)} of ${printNumber(here)}/s without (one sync per token could be ${1000 / DELAY_MS}/s)`,
    ],
  });
}
