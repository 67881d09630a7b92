const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 30_000;

/**
 * The wait before attempt 1, 2, …, ms: doubling, with jitter so that many windows do not come back at the same moment.
 *
 * @param random from 0 to 1
 */
export function reconnectDelay(attempt: number, random: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS) * (0.5 + random / 2);
}
