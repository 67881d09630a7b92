import { l10n } from 'vscode';
import type { Issuer, KeyState } from '../daemon/protocol/resources.ts';
import { labelToken } from './daemon/label-token.ts';
import type { DaemonSession } from './daemon/session.ts';
import { isLive } from './instant-words.ts';

/** The largest page of a list. */
const PAGE = 500;
/** The records that are looked at, the newest first: what a person waits for without noticing. */
const MOST_PAGES = 20;
const MOST_NAMES = 5;

export interface LiveTokens {
  readonly count: number;
  /** The newest few, as people know them. */
  readonly names: readonly string[];
  /** How many records were looked at, when there are older ones that were not; null when there are none. */
  readonly lookedAt: number | null;
}

/** Keys in these states are no more in a key set, and their tokens are refused. */
const OVER: ReadonlySet<KeyState> = new Set(['retired', 'revoked']);

/** Finds the tokens of an issuer, or of one of its keys, that would still be accepted. */
export async function findLiveTokens(
  session: Pick<DaemonSession, 'call'>,
  { slug, keys }: Pick<Issuer, 'slug' | 'keys'>,
  only?: string,
): Promise<LiveTokens> {
  const verifying = new Set(keys.flatMap(({ kid, state }) => (OVER.has(state) ? [] : kid)));
  const kids = only === undefined ? verifying : new Set([only].filter((kid) => verifying.has(kid)));
  if (kids.size === 0) return { count: 0, names: [], lookedAt: null };
  const names: string[] = [];
  let count = 0;
  let cursor: string | null | undefined;
  for (let pages = 0; pages < MOST_PAGES && cursor !== null; pages++) {
    const page = await session.call('tokens.list', { issuer: slug, limit: PAGE, ...(cursor && { cursor }) });
    cursor = page.nextCursor;
    for (const record of page.items) {
      if (!kids.has(record.kid) || !isLive(record, Date.now())) continue;
      count++;
      if (names.length < MOST_NAMES) names.push(labelToken({ sub: record.subject, jti: record.jti }));
    }
  }
  return { count, names, lookedAt: cursor === null ? null : MOST_PAGES * PAGE };
}

/** `2 live tokens`. */
export function sayCount({ count, lookedAt }: LiveTokens): string {
  if (lookedAt !== null) {
    return count === 0
      ? l10n.t('no live token among the newest {0}', lookedAt)
      : l10n.t('at least {0} live tokens', count);
  }
  if (count === 0) return l10n.t('no live token');
  return count === 1 ? l10n.t('1 live token') : l10n.t('{0} live tokens', count);
}

/** The tokens by name, one in a line, and how many more there are; empty when there is none. */
export function nameTokens({ count, names }: LiveTokens): string {
  const more = count - names.length;
  const lines = names.map((name) => `• ${name}`);
  return [...lines, ...(more > 0 ? [l10n.t('and {0} more', more)] : [])].join('\n');
}
