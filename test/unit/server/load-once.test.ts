import { expect, test } from 'vitest';
import { loadOnce } from '../../../daemon/server/load-once.ts';

test('what loads is loaded once, also for those who ask meanwhile', async () => {
  let loads = 0;
  const ask = loadOnce(async () => {
    loads += 1;
    return loads;
  });
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
  expect(await ask()).toBe(1);
});

test('what failed to load is loaded anew for who asks afterwards', async () => {
  let loads = 0;
  const ask = loadOnce(async () => {
    loads += 1;
    if (loads === 1) throw new Error('the disk');
    return loads;
  });
  const failed = await Promise.allSettled([ask(), ask()]);
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await ask()).toBe(2);
});
