import { describe, expect, it } from 'vitest';
import { mint, signalProcess, startDaemon, verify } from '../support/daemon.ts';
import { makeHome, startCli } from '../support/program.ts';
import { killAt, NO_TRACER } from '../support/system-calls.ts';
import { waitFor } from '../support/wait.ts';

/** What changes a disk, and every how many-th of these calls is the last of a first start. */
const CHANGES: readonly (readonly [call: string, step: number])[] = [
  ['fsync', 2],
  ['unlink', 1],
  ['rename', 1],
  ['pwrite64', 16],
];
/** From the log of the new database on into the database itself. */
const FULL_FROM = [20, 52, 56, 60];
/** Nothing is to go on for ever, should a start never come to its end. */
const MOST_CALLS = 200;

/**
 * Starts a daemon that is killed as it makes `call` for the time number `count`; resolves with whether it came to that.
 */
async function startUntil(home: string, call: string, count: number): Promise<boolean> {
  const traced = startCli(['serve', '--port', '0', '--json', '--home', home], { home, prefix: killAt(call, count) });
  const isReady = waitFor('the ready line', () => /"pid":\d+.*\n/.exec(traced.stdout())?.[0]);
  const ready = await Promise.race([isReady, traced.done.then(() => null)]);
  isReady.catch(() => {});
  // It may still come to that call after it said that it is ready, and be gone before it is asked to end.
  if (ready !== null) signalProcess(Number(/\d+/.exec(ready)?.[0]), 'SIGTERM');
  await traced.done;
  return ready === null;
}

describe.skipIf(NO_TRACER !== null)(
  `a first start that is killed at a change of the disk${NO_TRACER ? ` (${NO_TRACER})` : ''}`,
  () => {
    it.each(CHANGES)('leaves a state directory that starts, whichever %s it was', async (call, step) => {
      let count = 1;
      for (; count < MOST_CALLS; count += step) {
        const { home, remove } = makeHome();
        try {
          if (!(await startUntil(home, call, count))) break;
          const daemon = await startDaemon({ home });
          const { token } = await mint(daemon);
          expect((await verify(daemon, token)).status, `killed at ${call} ${count}`).toBe('accepted');
          await daemon.terminate();
        } finally {
          remove();
        }
      }
      expect(count).toBeGreaterThan(1);
      expect(count).toBeLessThan(MOST_CALLS);
    });

    it.each(FULL_FROM)(
      'starts once there is room, where the disk was full from its write number %i on',
      async (count) => {
        const { home, remove } = makeHome();
        try {
          const full = ['-e', 'trace=pwrite64', '-e', `inject=pwrite64:error=ENOSPC:when=${count}+`];
          const prefix = ['strace', '-f', '-qq', '-o', '/dev/null', ...full];
          const refused = await startCli(['serve', '--port', '0', '--json', '--home', home], { home, prefix }).done;
          expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('storage_full')]);
          const daemon = await startDaemon({ home });
          expect((await mint(daemon)).issuer).toContain(daemon.baseUrl);
          await daemon.terminate();
        } finally {
          remove();
        }
      },
    );
  },
);
