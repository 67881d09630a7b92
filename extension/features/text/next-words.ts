/** Units of time words (daemon/token/time-words.ts), seconds. */
const UNITS = [31_557_600, 2_629_800, 86_400, 3_600, 60] as const;
/** Seconds are not counted one by one beside a text: it would flicker. */
const STEP_SECONDS = 5;

/**
 * Seconds until the words about an expiry should be written anew: when its largest unit counts on, and at the very
 * moment of the expiry. Never less than a fraction of a second ahead, so that a timer makes progress.
 */
export function secondsUntilWordsChange(expSeconds: number, nowSeconds: number): number {
  const left = expSeconds - nowSeconds;
  const span = Math.abs(left);
  const unit = UNITS.find((size) => span >= size) ?? STEP_SECONDS;
  const count = Math.floor(span / unit);
  if (left <= 0) return Math.max((count + 1) * unit - span, STEP_SECONDS);
  return Math.max(Math.min(left, Math.max(span - count * unit, STEP_SECONDS)), 0.05);
}
