import { printNumber, type Section, section } from '../findings.ts';
import type { Scale } from '../scale.ts';
import { BUNDLE, createHome, removeHome, startMintmark } from '../servers.ts';
import { pickMedian } from '../statistics.ts';
import { timeProcess } from '../time-process.ts';

const AIM_MS = 150;
const PLATFORMS = ['generic', 'github-actions'] as const;
const NOTHING = ['-e', '0'];

/** What `mintmark run` adds to a command while the daemon is up, as one platform that is handed little and one much. */
export async function measureRunning(scale: Scale): Promise<Section> {
  const home = await createHome();
  const daemon = await startMintmark({ home });
  const runAs = (platform: string): Promise<number> =>
    timeProcess([BUNDLE, 'run', '--home', home, '--as', platform, '--', process.execPath, ...NOTHING]);
  try {
    // Issuers and keys are made once, by the first job of each platform.
    for (const platform of PLATFORMS) await runAs(platform);
    const alone: number[] = [];
    const within = PLATFORMS.map((platform) => ({ platform, times: [] as number[] }));
    for (let round = 0; round < scale.runs; round += 1) {
      alone.push(await timeProcess(NOTHING));
      for (const { platform, times } of within) times.push(await runAs(platform));
    }
    return section({ remarks: within.map(({ platform, times }) => describeAdded(platform, times, alone)) });
  } finally {
    await daemon.stop();
    await removeHome(home);
  }
}

/** Subtracts round by round, so that drift of the machine cancels out. */
function describeAdded(platform: string, times: readonly number[], alone: readonly number[]): string {
  const added = times.map((time, round) => time - (alone[round] ?? Number.NaN));
  const [middle, least, most] = [pickMedian(added), Math.min(...added), Math.max(...added)].map(printNumber);
  const sides = `${printNumber(pickMedian(times))} ms : ${printNumber(pickMedian(alone))} ms`;
  const range = `${least} to ${most}, ${added.length} runs`;
  return `run --as ${platform} around node -e 0 adds ${middle} ms (${range}; aim: ${AIM_MS} ms)   ${sides}`;
}
