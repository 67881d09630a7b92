/** Units of time words (daemon/token/time-words.ts), seconds. */
const UNITS = [31_557_600, 2_629_800, 86_400, 3_600, 60] as const;
/** Seconds are not counted one by one beside a text: it would flicker. */
const STEP_SECONDS = 5;
/** Words change when a whole unit is no longer left: a moment later it is so. */
const MARGIN_SECONDS = 0.05;

/**
 * Seconds until the words about an expiry should be written anew: when its largest unit counts on, and at the very
 * moment of the expiry.
 */
export function secondsUntilWordsChange(expSeconds: number, nowSeconds: number): number {
  const left = expSeconds - nowSeconds;
  const span = Math.abs(left);
  const unit = UNITS.find((size) => span >= size);
  if (unit === undefined) return left > 0 ? Math.min(left, STEP_SECONDS) : STEP_SECONDS;
  const past = span % unit;
  return left > 0 ? past + MARGIN_SECONDS : unit - past;
}
