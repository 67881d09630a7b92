/**
 * Makes what may be had `atOnce`, and comes back by `perSecond` up to that: each call takes one, and is false when there
 * is none. `monotonicMs` counts up whatever happens to the wall clock.
 */
export function createAllowance(atOnce: number, perSecond: number, monotonicMs: () => number): () => boolean {
  let left = atOnce;
  let countedAt = monotonicMs();
  return () => {
    const now = monotonicMs();
    left = Math.min(atOnce, left + ((now - countedAt) / 1_000) * perSecond);
    countedAt = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
