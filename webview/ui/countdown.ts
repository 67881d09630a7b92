import { describeDuration, describeInstant } from '../../daemon/token/time-words.ts';

/** A span below an hour to the second (`4 min 12 s`), a longer one in its largest unit. Seconds. */
export function describeCountdown(seconds: number): string {
  const span = Math.floor(Math.abs(seconds));
  const rest = span % 60;
  if (span < 60 || span >= 3_600 || rest === 0) return describeDuration(span);
  return `${describeDuration(span)} ${rest} s`;
}

/** An instant seen from now, to the second where it is near: `in 4 min 12 s`. Both in seconds since the epoch. */
export function describeNearInstant(seconds: number, nowSeconds: number): string {
  const distance = seconds - nowSeconds;
  if (Math.abs(distance) < 1) return describeInstant(seconds, nowSeconds);
  return distance > 0 ? `in ${describeCountdown(distance)}` : `${describeCountdown(distance)} ago`;
}

/** What an expiry is worth saying aloud: at five minutes, one minute and at the end, not every second. */
export function nameMilestone(expSeconds: number, nowSeconds: number): 'expired' | 'minute' | 'minutes' | null {
  const left = expSeconds - nowSeconds;
  if (left <= 0) return 'expired';
  if (left <= 60) return 'minute';
  return left <= 300 ? 'minutes' : null;
}
