import { describeDuration, describeInstant } from '../daemon/token/time-words.ts';

/** An instant of the wire (RFC 3339) from now: `in 4 min`, `3 days ago`. */
export function sayInstant(instant: string, nowMs: number): string {
  return describeInstant(Date.parse(instant) / 1_000, nowMs / 1_000);
}

/** How old something of the wire is: `4 min`. */
export function sayAge(instant: string, nowMs: number): string {
  return describeDuration(Math.max(0, nowMs - Date.parse(instant)) / 1_000);
}

/** An instant of the wire as this person writes time, with seconds only where they matter. */
export function sayClock(instant: string, nowMs: number): string {
  const at = new Date(instant);
  const isToday = at.toDateString() === new Date(nowMs).toDateString();
  return isToday
    ? at.toLocaleTimeString(undefined, { timeStyle: 'short' })
    : at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
