import { expect, it } from 'vitest';
import { createIdleExit } from '../../../daemon/server/idle-exit.ts';
import { waitFor } from '../../support/wait.ts';

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
