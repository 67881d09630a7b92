import type { RunningDaemon } from '../../server/start-daemon.ts';

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Ctrl-C reaches a daemon under npm twice, from the terminal and from npm: that is one wish. */
const SAME_WISH_MS = 1_000;
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Ends a daemon cleanly at the first SIGINT, SIGTERM or SIGHUP, and at once at the next one. SIGUSR1 does nothing,
 * where Node would open an inspector port. For this process only, which ends with the daemon.
 */
export function endBySignals(daemon: RunningDaemon): void {
  let firstAt: number | null = null;
  for (const signal of ENDING) {
    process.on(signal, () => {
      if (firstAt === null) {
        firstAt = performance.now();
        void daemon.stop();
      } else if (performance.now() - firstAt > SAME_WISH_MS) {
        process.exit(EXIT_CODES[signal]);
      }
    });
  }
  if (process.platform !== 'win32') process.on('SIGUSR1', () => {});
}
