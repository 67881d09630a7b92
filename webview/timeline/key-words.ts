import { formatMilliseconds } from '../../daemon/token/time-words.ts';
import type { TimelineKey } from '../protocol.ts';
import { describeNearInstant } from '../ui/countdown.ts';
import { shortenKid } from '../ui/shorten-kid.ts';
import { t } from '../ui/words.ts';
import type { Lane } from './lay-out.ts';

/** What a key does now, in words. */
export function describeState({ state, canSign, signsFrom }: TimelineKey, nowMs: number): string {
  switch (state) {
    case 'next':
      if (!canSign) return t('published, to verify only');
      if (signsFrom === null) return t('published, does not sign yet');
      return signsFrom <= nowMs
        ? t('published, due to sign')
        : t('published, signs {0}', describeNearInstant(signsFrom / 1_000, nowMs / 1_000));
    case 'active':
      return canSign ? t('signs') : t('cannot sign');
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

export interface MomentWords {
  readonly words: string;
  readonly full: string;
}

/** An instant in words and in full; a dash when there is none. */
export function describeMoment(ms: number | null, nowMs: number): MomentWords {
  if (ms === null) return { words: '–', full: '' };
  return { words: describeNearInstant(ms / 1_000, nowMs / 1_000), full: formatMilliseconds(ms) };
}

/** From when a key signs, or was planned to: what has not happened is not said to have, though its time has come. */
export function describeSigningStart(key: TimelineKey, nowMs: number): MomentWords {
  if (key.activatedAt !== null) return describeMoment(key.activatedAt, nowMs);
  const { signsFrom } = key;
  if (key.state !== 'next' || !key.canSign || signsFrom === null) return describeMoment(null, nowMs);
  return signsFrom <= nowMs
    ? { words: t('due'), full: formatMilliseconds(signsFrom) }
    : describeMoment(signsFrom, nowMs);
}
