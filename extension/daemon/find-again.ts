import { readDaemonFile } from '../../daemon/client/daemon-file.ts';
import { findDaemon, type ProvenDaemon } from '../../daemon/client/prove-daemon.ts';
import { startDaemon } from '../../daemon/client/start-daemon.ts';
import { MintmarkError, type ProblemCode } from '../../daemon/problem.ts';
import type { DaemonSettings } from './read-daemon-settings.ts';

/** A restart by someone else leaves no `daemon.json` for less than these attempts take (about 3 s). */
const MISSES_OF_ENDED = 4;
/** A daemon that left its file behind may hang; about half a minute. */
const MISSES_OF_LOST = 7;
const MOST_RESTARTS = 3;
/** Only a person mends these. */
const LASTING: ReadonlySet<ProblemCode> = new Set(['state_insecure', 'file_unreadable']);

export interface FindAgainOptions extends DaemonSettings {
  readonly bundle: string;
  /** Did this window start it? Only then its flags are known, and it is started again when it crashes. */
  readonly isOurs: boolean;
  /** No use to go on: it ended as it should (null), or it is lost for this reason. */
  readonly giveUp: (reason: MintmarkError | null) => void;
}

/**
 * Makes the search for a daemon whose connection was lost: one that ended cleanly has taken its `daemon.json` along,
 * one that crashed has not and is started again, at most 3 times in a connection's life.
 */
export function createFindAgain(options: FindAgainOptions): {
  find(signal: AbortSignal): Promise<ProvenDaemon>;
  found(): void;
} {
  const { home, giveUp } = options;
  let misses = 0;
  let restarts = 0;

  const restart = async (): Promise<ProvenDaemon> => {
    restarts += 1;
    try {
      return (await startDaemon(options)).daemon;
    } catch (error) {
      // It lives, keeps the state directory and does not answer: the next start would end no better.
      if (error instanceof MintmarkError && error.code === 'state_locked') giveUp(sayLost(error));
      throw error;
    }
  };

  const search = async (signal: AbortSignal): Promise<ProvenDaemon> => {
    try {
      return await findDaemon(home);
    } catch (error) {
      misses += 1;
      if (readDaemonFile(home) === null) {
        if (misses >= MISSES_OF_ENDED) giveUp(null);
      } else if (options.isOurs && restarts < MOST_RESTARTS && !signal.aborted) {
        return await restart();
      } else if (misses >= MISSES_OF_LOST) giveUp(sayLost(error));
      throw error;
    }
  };

  return {
    async find(signal) {
      try {
        return await search(signal);
      } catch (error) {
        if (error instanceof MintmarkError && LASTING.has(error.code)) giveUp(error);
        throw error;
      }
    },
    found() {
      misses = 0;
    },
  };
}

function sayLost(cause: unknown): MintmarkError {
  return new MintmarkError('daemon_unreachable', 'the daemon was lost and does not answer', { cause });
}
