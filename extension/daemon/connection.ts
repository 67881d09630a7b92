import { recallBaseUrl } from '../../daemon/client/last-base-url.ts';
import { type LiveChannel, openLive } from '../../daemon/client/open-live.ts';
import { findDaemon, type ProvenDaemon } from '../../daemon/client/prove-daemon.ts';
import { startDaemon } from '../../daemon/client/start-daemon.ts';
import type { MintmarkError } from '../../daemon/problem.ts';
import type { OperationOutput } from '../../daemon/protocol/operations.ts';
import type { Issuer, LogEvent } from '../../daemon/protocol/resources.ts';
import { TAIL_LENGTH } from './event-tail.ts';
import { createFindAgain } from './find-again.ts';
import type { DaemonSettings } from './read-daemon-settings.ts';

export type DaemonStatus = OperationOutput<'status'>;

/** An open live channel and what was read over it at first. */
export interface Connection {
  readonly live: LiveChannel;
  readonly status: DaemonStatus;
  readonly issuers: readonly Issuer[];
  /** Where the issuers were when a daemon of this state directory ran before, in the form of `baseUrl`. */
  readonly lastBaseUrl: string | null;
}

export interface ConnectOptions {
  readonly settings: DaemonSettings;
  readonly bundle: string;
  /** Start the daemon when none runs? */
  readonly start: boolean;
  readonly random: () => number;
  readonly onEvent: (event: LogEvent) => void;
  /** As of the live channel: 0 says that it is back. */
  readonly onLoss: (attempt: number) => void;
  /** It does not come back: it ended as it should (null), or it is lost for this reason. */
  readonly onGone: (reason: MintmarkError | null) => void;
}

/**
 * Joins the daemon of the state directory, or starts it, and opens the one live channel of this window.
 * @throws MintmarkError with the daemon's reason; `daemon_unreachable` when none runs and none is to be started
 */
export async function connectDaemon(options: ConnectOptions): Promise<Connection> {
  const { settings, bundle } = options;
  // A start forgets it.
  const lastBaseUrl = recallBaseUrl(settings.home)?.href.replace(/\/$/, '') ?? null;
  const found = await reachDaemon(options);
  const again = createFindAgain({ ...settings, bundle, isOurs: !found.joined, giveUp: options.onGone });
  let first: ProvenDaemon | null = found.daemon;
  const live = await openLive({
    random: options.random,
    find: async (signal) => {
      const daemon = first ?? (await again.find(signal));
      first = null;
      return daemon;
    },
    onLoss: (attempt) => {
      if (attempt === 0) again.found();
      options.onLoss(attempt);
    },
  });
  try {
    const status = await live.call('status', {});
    const issuers = await listIssuers(live);
    await live.follow(Math.max(0, status.lastSeq - TAIL_LENGTH), options.onEvent);
    return { live, status, issuers, lastBaseUrl };
  } catch (error) {
    await live.close();
    throw error;
  }
}

async function reachDaemon({ settings, bundle, start }: ConnectOptions) {
  if (start) return startDaemon({ ...settings, bundle });
  return { daemon: await findDaemon(settings.home), joined: true };
}

export async function listIssuers(live: LiveChannel): Promise<readonly Issuer[]> {
  const issuers: Issuer[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await live.call('issuers.list', { limit: 500, ...(cursor && { cursor }) });
    issuers.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return issuers;
}
