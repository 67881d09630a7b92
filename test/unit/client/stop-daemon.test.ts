import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { stopDaemon } from '../../../daemon/client/stop-daemon.ts';
import { startTestDaemon } from '../server/setup.ts';
import { endedPid, seemOwnProcess } from './ended-process.ts';
import { openFakeDaemon } from './fake-daemon.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mintmark-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(home, { recursive: true });
});

function writeDaemonFile(content: unknown): void {
  writeFileSync(join(home, 'daemon.json'), JSON.stringify(content), { mode: 0o600 });
}

describe('stopping a daemon', () => {
  test('where none runs is done at once, also with the file of one that crashed', async () => {
    expect(await stopDaemon(home)).toBe(false);
    const crashed = await openFakeDaemon();
    await crashed.close();
    writeDaemonFile(crashed.file);
    expect(await stopDaemon(home)).toBe(false);
  });

  test('returns when it has taken its file along', async () => {
    const daemon = await startTestDaemon();
    onTestFinished(() => daemon.stop());
    seemOwnProcess(daemon);
    expect(await stopDaemon(daemon.home)).toBe(true);
    expect(existsSync(join(daemon.home, 'daemon.json'))).toBe(false);
  });

  test('that another client is just stopping is no failure', async () => {
    const daemon = await openFakeDaemon({
      answer: (response) => {
        rmSync(join(home, 'daemon.json'));
        response.destroy();
      },
    });
    onTestFinished(() => daemon.close());
    writeDaemonFile({ ...daemon.file, pid: endedPid() });
    expect(await stopDaemon(home)).toBe(true);
  });

  test.each([
    ['its pid', {}],
    ['a pid of its own', { pid: endedPid() }],
  ])('is done when another one with %s has the state directory', async (_, own) => {
    const daemon = await openFakeDaemon({
      answer: (response) => {
        writeDaemonFile({ ...daemon.file, ...own, startedAt: '2026-11-22T16:00:00Z' });
        response.end('{"stopping":true}');
      },
    });
    onTestFinished(() => daemon.close());
    writeDaemonFile(daemon.file);
    expect(await stopDaemon(home)).toBe(true);
  });

  test('that hangs fails: nobody can say that it has ended', async () => {
    const later = AbortSignal.timeout.bind(AbortSignal);
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => later(50));
    const hung = createServer(() => {});
    await new Promise<void>((resolve) => {
      hung.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      hung.close();
      hung.closeAllConnections();
    });
    const fake = await openFakeDaemon();
    await fake.close();
    writeDaemonFile({ ...fake.file, baseUrl: `http://localhost:${(hung.address() as AddressInfo).port}` });
    await expect(stopDaemon(home)).rejects.toMatchObject({ code: 'daemon_unreachable' });
  });

  test('that does not prove itself fails, and it is sent nothing', async () => {
    const stranger = await openFakeDaemon({ proofToken: 'guessed' });
    onTestFinished(() => stranger.close());
    writeDaemonFile(stranger.file);
    await expect(stopDaemon(home)).rejects.toMatchObject({ code: 'daemon_unproven' });
    expect(stranger.requests.map(({ url }) => url)).toEqual(['/api/v1/health']);
  });
});
