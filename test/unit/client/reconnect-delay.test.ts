import { expect, test } from 'vitest';
import { reconnectDelay } from '../../../daemon/client/reconnect-delay.ts';

test.each([
  [1, 0, 125],
  [1, 1, 250],
  [2, 1, 500],
  [5, 1, 4_000],
  [50, 1, 30_000],
  [50, 0, 15_000],
])('attempt %i waits between half and all of its turn (%d: %d ms)', (attempt, random, delay) => {
  expect(reconnectDelay(attempt, random)).toBe(delay);
});
