import type { KeySet } from '../../verify/keys.ts';
import type { Verdict } from '../../verify/verdict.ts';
import { judgeToken } from '../../verify/verify-token.ts';
import type { Subject } from './verification.ts';

interface Judged {
  readonly verdict: Verdict;
  readonly keys: KeySet;
  readonly isRevoked: boolean;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** By the subject itself, never by a token's text or a digest of it: another token has another subject. */
const lastJudged = new WeakMap<Subject, Judged>();

/**
 * Judges a subject that is judged again and again. A verdict depends on nothing but the token, what is expected of it,
 * the keys, whether the token was revoked, and the time; while all of them are what they were, so is the verdict.
 */
export function judgeAgain(subject: Subject, keys: KeySet, nowMs: number): Verdict {
  const known = lastJudged.get(subject);
  const isRevoked = keys.ok && subject.read.ok && keys.isRevoked?.(subject.identity) === true;
  if (known !== undefined && known.keys === keys && known.isRevoked === isRevoked) {
    if (nowMs >= known.fromMs && nowMs < known.untilMs) return known.verdict;
  }
  const verdict = judgeToken(subject.read, keys, subject.expect, nowMs);
  const untilMs = verdict.changesAt === null ? Number.POSITIVE_INFINITY : Date.parse(verdict.changesAt);
  lastJudged.set(subject, { verdict, keys, isRevoked, fromMs: nowMs, untilMs });
  return verdict;
}
