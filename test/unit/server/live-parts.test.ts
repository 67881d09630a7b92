import { expect, it } from 'vitest';
import { createIdleExit } from '../../../daemon/server/idle-exit.ts';
import { findPortHolder } from '../../../daemon/server/listen/port-holder.ts';
import { createMessageRate } from '../../../daemon/server/live-channel/message-rate.ts';
import { waitFor } from '../../support/wait.ts';

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

it('idleness is counted from the last request, and not at all while somebody is connected', async () => {
  let now = 0;
  let isBusy = true;
  let idle = false;
  const exit = createIdleExit({
    seconds: 0.02,
    monotonicMs: () => now,
    isBusy: () => isBusy,
    onIdle: () => {
      idle = true;
    },
  });
  now = 1_000;
  let looks = 0;
  await waitFor('a few looks', () => {
    looks += 1;
    return looks > 3;
  });
  expect(idle).toBe(false);
  isBusy = false;
  exit.touch();
  now += 21;
  await waitFor('the end', () => idle);
});

it('nobody holds a port that nobody listens on', () => {
  expect(findPortHolder(1)).toBeNull();
});
