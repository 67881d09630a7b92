import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { MintmarkError } from '../../../../daemon/problem.ts';
import { createFindAgain } from '../../../../extension/daemon/find-again.ts';
import { type FakeDaemon, openFakeDaemon } from '../../client/fake-daemon.ts';

const wanted = new AbortController().signal;
let home: string;
let crashed: FakeDaemon;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'mintmark-find-'));
  crashed = await openFakeDaemon();
  await crashed.close();
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

const daemonFile = () => join(home, 'daemon.json');
const leaveFile = () => writeFileSync(daemonFile(), JSON.stringify(crashed.file), { mode: 0o600 });

/** A program in the place of the bundle, which notes each time that it is started. */
function writeProgram(report: object): { bundle: string; countStarts: () => number } {
  const [bundle, notes] = [join(home, 'program.cjs'), join(home, 'started')];
  const note = `require('node:fs').appendFileSync(${JSON.stringify(notes)}, '.');`;
  writeFileSync(bundle, `${note} process.send(${JSON.stringify(report)});`);
  return { bundle, countStarts: () => (existsSync(notes) ? readFileSync(notes).length : 0) };
}

function search({ isOurs = false, bundle = '' } = {}) {
  const reasons: (MintmarkError | null)[] = [];
  const again = createFindAgain({ home, flags: [], bundle, isOurs, giveUp: (reason) => reasons.push(reason) });
  const miss = async (times: number, signal = wanted): Promise<void> => {
    for (let time = 0; time < times; time++) await expect(again.find(signal)).rejects.toThrow();
  };
  return { again, reasons, miss };
}

describe('the search for a lost daemon', () => {
  it('says after a while that one that took its file along has ended', async () => {
    const { reasons, miss } = search();
    await miss(3);
    expect(reasons).toEqual([]);
    await miss(1);
    expect(reasons).toEqual([null]);
  });

  it('says later that one that left its file is lost, and begins to count again when it was found', async () => {
    leaveFile();
    const { again, reasons, miss } = search();
    await miss(6);
    again.found();
    await miss(6);
    expect(reasons).toEqual([]);
    await miss(1);
    expect(reasons).toMatchObject([{ code: 'daemon_unreachable' }]);
  });

  it.skipIf(process.getuid === undefined)('says at once that others can read its file', async () => {
    leaveFile();
    chmodSync(daemonFile(), 0o644);
    const { reasons, miss } = search({ isOurs: true });
    await miss(1);
    expect(reasons).toMatchObject([{ code: 'state_insecure' }]);
  });

  it('starts one of this window again, three times and then no more', async () => {
    leaveFile();
    const { bundle, countStarts } = writeProgram({ ready: false, code: 'port_busy', message: '' });
    const { reasons, again, miss } = search({ isOurs: true, bundle });
    await expect(again.find(wanted)).rejects.toMatchObject({ code: 'port_busy' });
    expect([countStarts(), reasons]).toEqual([1, []]);
    await miss(5);
    expect([countStarts(), reasons]).toEqual([3, []]);
    await miss(1);
    expect([countStarts(), reasons]).toMatchObject([3, [{ code: 'daemon_unreachable' }]]);
  });

  it('starts nothing once nobody wants it', async () => {
    leaveFile();
    const { bundle, countStarts } = writeProgram({ ready: false, code: 'port_busy', message: '' });
    await search({ isOurs: true, bundle }).miss(1, AbortSignal.abort());
    expect(countStarts()).toBe(0);
  });

  it('says that one is lost that hangs and keeps the state directory', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const hung = await openFakeDaemon({
      onHealth: (response) => {
        vi.advanceTimersByTime(60_000);
        response.destroy();
      },
    });
    onTestFinished(() => hung.close());
    writeFileSync(daemonFile(), JSON.stringify(hung.file), { mode: 0o600 });
    const { bundle } = writeProgram({ ready: false, code: 'state_locked', message: '' });
    const { reasons, miss } = search({ isOurs: true, bundle });
    await miss(1);
    expect(reasons).toMatchObject([{ code: 'daemon_unreachable', cause: { code: 'state_locked' } }]);
  });
});
