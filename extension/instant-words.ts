import type { TokenRecord } from '../daemon/protocol/resources.ts';
import { describeDuration, describeInstant } from '../daemon/token/time-words.ts';

/** An instant of the wire (RFC 3339) from now: `in 4 min`, `3 days ago`. */
export function sayInstant(instant: string, nowMs: number): string {
  return describeInstant(Date.parse(instant) / 1_000, nowMs / 1_000);
}

/** How old something of the wire is: `4 min`. */
export function sayAge(instant: string, nowMs: number): string {
  return describeDuration(Math.max(0, nowMs - Date.parse(instant)) / 1_000);
}

/** How long until something of the wire: `4 min`. */
export function sayLeft(instant: string, nowMs: number): string {
  return describeDuration(Math.max(0, Date.parse(instant) - nowMs) / 1_000);
}

/** Has this instant of the wire come? The daemon's clock may stand, so that what is due has not been done. */
export function hasCome(instant: string, nowMs: number): boolean {
  return Date.parse(instant) <= nowMs;
}

const DAYS_BY_NAME = 6;

/** An instant of the wire as this person writes time: today without a date, this week with the day's name. */
export function sayClock(instant: string, nowMs: number): string {
  const at = new Date(instant);
  if (at.toDateString() === new Date(nowMs).toDateString()) {
    return at.toLocaleTimeString(undefined, { timeStyle: 'short' });
  }
  if (Math.abs(at.getTime() - nowMs) < DAYS_BY_NAME * 86_400_000) {
    return at.toLocaleString(undefined, { weekday: 'short', hour: 'numeric', minute: '2-digit' });
  }
  return at.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** Neither expired nor revoked; whether its key still verifies is another matter. */
export function isLive({ revokedAt, expiresAt }: Pick<TokenRecord, 'revokedAt' | 'expiresAt'>, nowMs: number): boolean {
  return revokedAt === null && Date.parse(expiresAt) > nowMs;
}
