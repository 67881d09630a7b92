import { expect, test } from 'vitest';
import { selectUnset } from '../../../../daemon/cli/jobs/select-unset.ts';

test('a name is unset as it stands, and one that ends in a star as all of the caller’s that begin so', () => {
  const caller = { A_1: 'x', A_2: 'x', A: 'x', BA_1: 'x', B: 'x' };
  expect(selectUnset({ unset: ['C', 'B', 'A_*'], variables: {} }, caller)).toEqual(['C', 'B', 'A_1', 'A_2']);
  expect(selectUnset({ unset: ['A_1', 'A_*'], variables: {} }, caller)).toEqual(['A_1', 'A_2']);
});

test('what the job itself has is not unset', () => {
  expect(selectUnset({ unset: ['A_*'], variables: { A_1: 'its own' } }, { A_1: 'x', A_2: 'x' })).toEqual(['A_2']);
});
