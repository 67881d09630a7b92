import { readClaim } from './read-claim.ts';

/** First second that has no four-digit year: 10000-01-01T00:00:00Z. */
export const END_OF_TIME_SECONDS = 253_402_300_800;

const UNITS = [
  [31_557_600, 'year', 'years'],
  [2_629_800, 'month', 'months'],
  [86_400, 'day', 'days'],
  [3_600, 'h', 'h'],
  [60, 'min', 'min'],
] as const;

/** A span in its largest unit, rounded down: `45 s`, `4 min`, `3 days`. Seconds in; the sign does not matter. */
export function describeDuration(seconds: number): string {
  const span = Math.abs(seconds);
  for (const [size, one, many] of UNITS) {
    const count = Math.floor(span / size);
    if (count > 0) return `${count} ${count === 1 ? one : many}`;
  }
  return `${Math.floor(span)} s`;
}

const TYPED_UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'm'],
] as const;

/** A span to the second, as people type it: `90s`, `5m`, `1h`, `1d`. Whole seconds in. */
export function writeDuration(seconds: number): string {
  const [size, unit] = TYPED_UNITS.find(([size]) => seconds >= size && seconds % size === 0) ?? [1, 's'];
  return `${seconds / size}${unit}`;
}

/** An instant seen from now: `in 4 min`, `3 days ago`, `now`. Both in seconds since the epoch. */
export function describeInstant(seconds: number, nowSeconds: number): string {
  const distance = seconds - nowSeconds;
  if (Math.abs(distance) < 1) return 'now';
  return distance > 0 ? `in ${describeDuration(distance)}` : `${describeDuration(distance)} ago`;
}

/** An expiry seen from now: `expires in 4 min`, `expired 5 s ago`. Both in seconds since the epoch. */
export function describeExpiry(expSeconds: number, nowSeconds: number): string {
  const verb = nowSeconds >= expSeconds ? 'expired' : 'expires';
  return `${verb} ${describeInstant(expSeconds, nowSeconds)}`;
}

const TIMES = ['iat', 'nbf', 'exp'] as const;

/** The times of a token that are instants, each in RFC 3339 and as seen from now. `nowSeconds` since the epoch. */
export function describeTimes(
  claims: Readonly<Record<string, unknown>>,
  nowSeconds: number,
): { readonly name: string; readonly instant: string; readonly words: string }[] {
  return TIMES.flatMap((name) => {
    const seconds = readNumericDate(claims, name);
    const instant = seconds === null ? null : formatInstant(seconds);
    if (seconds === null || instant === null) return [];
    const words = name === 'exp' ? describeExpiry(seconds, nowSeconds) : describeInstant(seconds, nowSeconds);
    return [{ name, instant, words }];
  });
}

/** A NumericDate (RFC 7519 §2) in RFC 3339, UTC, to the millisecond; null outside the years 1970 to 9999. */
export function formatInstant(seconds: number): string | null {
  if (!(seconds >= 0 && seconds < END_OF_TIME_SECONDS)) return null;
  return formatMilliseconds(Math.min(Math.round(seconds * 1000), END_OF_TIME_SECONDS * 1000 - 1));
}

let lastFormatted = { ms: 0, text: '1970-01-01T00:00:00Z' };

/** Milliseconds since the epoch in RFC 3339, UTC, with a fraction only where there is one. */
export function formatMilliseconds(ms: number): string {
  // One verdict says the same instant twice, and its neighbours often too: formatting took a twelfth of a verification.
  if (ms !== lastFormatted.ms) lastFormatted = { ms, text: new Date(ms).toISOString().replace('.000Z', 'Z') };
  return lastFormatted.text;
}

/** A claim as a NumericDate, seconds; null when it is no number between 1970 and 9999. */
export function readNumericDate(claims: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = readClaim(claims, name);
  return typeof value === 'number' && value >= 0 && value < END_OF_TIME_SECONDS ? value : null;
}

/**
 * Too late in seconds, but between 1978 and 9999 when read as milliseconds: the commonest mistake with a NumericDate.
 */
export function looksLikeMilliseconds(value: unknown): boolean {
  return typeof value === 'number' && value >= END_OF_TIME_SECONDS && value < END_OF_TIME_SECONDS * 1000;
}
