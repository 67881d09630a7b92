import { formatMilliseconds } from '../token/time-words.ts';

/** An instant on the wire (RFC 3339, UTC) of milliseconds since the epoch, where there may be none yet. */
export function formatMillisecondsOrNull(ms: number | null): string | null {
  return ms === null ? null : formatMilliseconds(ms);
}
