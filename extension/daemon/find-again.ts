import { readDaemonFile } from '../../daemon/client/daemon-file.ts';
import { findDaemon, type ProvenDaemon } from '../../daemon/client/prove-daemon.ts';
import { startDaemon } from '../../daemon/client/start-daemon.ts';
import type { DaemonSettings } from './read-daemon-settings.ts';

/** A restart by someone else leaves no `daemon.json` for less than these attempts take (about 3 s). */
const MISSES_OF_ENDED = 4;
/** A daemon that left its file behind may hang; about half a minute. */
const MISSES_OF_LOST = 7;
const MOST_RESTARTS = 3;

export interface FindAgainOptions extends DaemonSettings {
  readonly bundle: string;
  /** Did this window start it? Only then its flags are known, and it is started again when it crashes. */
  readonly isOurs: boolean;
  /** No use to go on: it ended as it should, or it is lost. */
  readonly giveUp: (outcome: 'ended' | 'lost') => void;
}

/**
 * Makes the search for a daemon whose connection was lost: one that ended cleanly has taken its `daemon.json` along, one
 * that crashed has not and is started again, at most 3 times in a connection's life.
 */
export function createFindAgain(options: FindAgainOptions): { find(): Promise<ProvenDaemon>; found(): void } {
  const { home, giveUp } = options;
  let misses = 0;
  let restarts = 0;

  return {
    async find() {
      try {
        return await findDaemon(home);
      } catch (error) {
        misses += 1;
        if (readDaemonFile(home) === null) {
          if (misses >= MISSES_OF_ENDED) giveUp('ended');
        } else if (options.isOurs && restarts < MOST_RESTARTS) {
          restarts += 1;
          return (await startDaemon(options)).daemon;
        } else if (misses >= MISSES_OF_LOST) giveUp('lost');
        throw error;
      }
    },
    found() {
      misses = 0;
    },
  };
}
