import { createAllowance } from '../guards/allowance.ts';

/** Frames of one connection: this many at once, then so many a second (security: a flood must not hold the loop). */
const BURST = 2_000;
const PER_SECOND = 500;

/** Counts frames; false once they come faster than allowed. */
export function createMessageRate(monotonicMs: () => number): () => boolean {
  return createAllowance(BURST, PER_SECOND, monotonicMs);
}
