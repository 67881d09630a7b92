import { expect, it } from 'vitest';
import { createMessageRate } from '../../../../daemon/server/live-channel/message-rate.ts';

it('a client may send a burst, then 500 a second', () => {
  let now = 0;
  const withinRate = createMessageRate(() => now);
  const send = (count: number) => Array.from({ length: count }, withinRate).filter(Boolean).length;
  expect(send(3_000)).toBe(2_000);
  now += 100_000;
  expect(send(2_500)).toBe(2_000);
});

it('a client that keeps to 500 a second is never too fast', () => {
  let now = 0;
  const withinRate = createMessageRate(() => now);
  for (let count = 0; count < 20_000; count += 1) {
    now += 2;
    expect(withinRate()).toBe(true);
  }
});
