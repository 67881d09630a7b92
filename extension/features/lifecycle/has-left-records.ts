import type { TokenRecord } from '../../../daemon/protocol/resources.ts';
import { decodeToken } from '../../../daemon/token/decode.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import type { WatchList } from '../../daemon/watch-list.ts';
import { isLive } from '../../instant-words.ts';

/** The records that are looked at, the newest first: what the daemon gives in one answer. */
const MOST = 500;

/**
 * Are there minted tokens below a base URL, wherever they are used, that would still be accepted if it were not for
 * that? Those that are watched do not count.
 */
export async function hasLeftRecords(
  session: Pick<DaemonSession, 'call'>,
  { pinned }: Pick<WatchList, 'pinned'>,
  baseUrl: string,
  nowMs: number,
): Promise<boolean> {
  const watched = new Set(pinned.map(({ token }) => JSON.stringify(decodeToken(token).claims)));
  const isLeft = (record: TokenRecord): boolean => {
    const { iss } = record.claims;
    if (typeof iss !== 'string' || !iss.startsWith(`${baseUrl}/`)) return false;
    return isLive(record, nowMs) && !watched.has(JSON.stringify(record.claims));
  };
  const { items } = await session.call('tokens.list', { limit: MOST });
  return items.some(isLeft);
}
