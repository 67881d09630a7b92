import { l10n } from 'vscode';
import type { TokenRecord } from '../daemon/protocol/resources.ts';
import type { DaemonSession } from './daemon/session.ts';

/** The largest page of a list: more are not counted. */
const PAGE = 500;

export interface LiveTokens {
  readonly count: number;
  /** There are older records that were not looked at. */
  readonly isAtLeast: boolean;
}

/** Counts the tokens of an issuer, or of one of its keys, that would still be accepted. */
export async function countLiveTokens(
  session: Pick<DaemonSession, 'call'>,
  slug: string,
  kid?: string,
): Promise<LiveTokens> {
  const { items, nextCursor } = await session.call('tokens.list', { issuer: slug, limit: PAGE });
  const live = items.filter((record) => (kid === undefined || record.kid === kid) && isLive(record, Date.now()));
  return { count: live.length, isAtLeast: nextCursor !== null };
}

/** Neither expired nor revoked; whether its key still verifies is another matter. */
export function isLive({ revokedAt, expiresAt }: TokenRecord, nowMs: number): boolean {
  return revokedAt === null && Date.parse(expiresAt) > nowMs;
}

export function sayCount({ count, isAtLeast }: LiveTokens): string {
  if (isAtLeast) return l10n.t('at least {0} live tokens', count);
  if (count === 0) return l10n.t('no live token');
  return count === 1 ? l10n.t('1 live token') : l10n.t('{0} live tokens', count);
}
