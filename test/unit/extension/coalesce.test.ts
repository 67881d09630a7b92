import { expect, it } from 'vitest';
import { coalesce } from '../../../extension/coalesce.ts';
import { waitFor } from '../../support/wait.ts';

it('what is asked for while the work runs is done once more, after it', async () => {
  const ends: (() => void)[] = [];
  const trigger = coalesce(
    () => new Promise((resolve) => ends.push(resolve)),
    () => {},
  );
  for (let count = 0; count < 5; count++) trigger();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await waitFor('the second run', () => ends.length === 2);
  ends[1]?.();
  trigger();
  await waitFor('the third run', () => ends.length === 3);
});

it('work that fails is reported and can be asked for again', async () => {
  const errors: unknown[] = [];
  const trigger = coalesce(
    () => Promise.reject(new Error('no')),
    (error) => errors.push(error),
  );
  trigger();
  await waitFor('the report', () => errors.length === 1);
  trigger();
  await waitFor('the second report', () => errors.length === 2);
});
