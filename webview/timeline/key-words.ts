import { formatMilliseconds } from '../../daemon/token/time-words.ts';
import type { TimelineKey } from '../protocol.ts';
import { describeNearInstant } from '../ui/countdown.ts';
import { shortenKid } from '../ui/shorten-kid.ts';
import { t } from '../ui/words.ts';
import type { Lane } from './lay-out.ts';

/** What a key does now, in words. */
export function describeState({ state, signsFrom }: TimelineKey, nowMs: number): string {
  switch (state) {
    case 'next':
      return signsFrom === null
        ? t('published, does not sign yet')
        : t('published, signs {0}', describeNearInstant(signsFrom / 1_000, nowMs / 1_000));
    case 'active':
      return t('signs');
    case 'retiring':
      return t('verifies only');
    case 'retired':
      return t('retired');
    case 'revoked':
      return t('revoked');
  }
}

/** How a picture says what a key is about, for those who do not see it. */
export function describeLane({ key, alive, goneMs }: Lane, nowMs: number): string {
  const until =
    goneMs === null && key.verifiesUntil !== null
      ? t('verifies until {0}', describeNearInstant(key.verifiesUntil / 1_000, nowMs / 1_000))
      : null;
  return [shortenKid(key.kid), key.alg, describeState(key, nowMs), until, countTokens(alive.length)]
    .filter(Boolean)
    .join(', ');
}

export function countTokens(count: number): string {
  return count === 1 ? t('1 token alive') : t('{0} tokens alive', count);
}

/** An instant in words and in full; a dash when there is none. */
export function describeMoment(ms: number | null, nowMs: number): { readonly words: string; readonly full: string } {
  if (ms === null) return { words: '–', full: '' };
  return { words: describeNearInstant(ms / 1_000, nowMs / 1_000), full: formatMilliseconds(ms) };
}
