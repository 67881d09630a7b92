/** Frames of one connection: this many at once, then so many a second (security: a flood must not hold the loop). */
const BURST = 2_000;
const PER_SECOND = 500;

/** Counts frames; false once they come faster than allowed. */
export function createMessageRate(monotonicMs: () => number): () => boolean {
  let left = BURST;
  let countedAt = monotonicMs();
  return () => {
    const now = monotonicMs();
    left = Math.min(BURST, left + ((now - countedAt) / 1000) * PER_SECOND) - 1;
    countedAt = now;
    return left >= 0;
  };
}
