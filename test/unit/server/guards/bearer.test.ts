import { expect, it } from 'vitest';
import { createDoorkeeper, readBearer } from '../../../../daemon/server/guards/bearer.ts';

it.each([
  [['Bearer abc'], 'abc'],
  [['bEARER abc'], 'abc'],
  [['Bearer   abc'], 'abc'],
  [[], null],
  [['Bearer'], null],
  [['Bearer '], null],
  [['Bearer a b'], null],
  [['Basic abc'], null],
  [['abc'], null],
  [['Bearer abc', 'Bearer abc'], null],
  [['Bearer abc, Bearer abc'], null],
  [[`Bearer ${'a'.repeat(513)}`], null],
])('of %j the credential is %j (H14)', (headers, credential) => {
  expect(readBearer(headers)).toBe(credential);
});

it('refuses wrong credentials, then all too many of them, and never the right one (H15)', () => {
  let now = 0;
  const doorkeeper = createDoorkeeper('right', () => now);
  const tryIn = (credential: string | null): string => {
    try {
      doorkeeper.admit(credential);
      return 'admitted';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  const wrong = ['', 'righ', 'rightx', 'Right', null];
  expect(wrong.map(tryIn)).toEqual(wrong.map(() => 'unauthorized'));
  const many = Array.from({ length: 100 }, () => tryIn('guess'));
  expect(many.at(-1)).toBe('too_many_requests');
  expect(tryIn('right')).toBe('admitted');
  now += 1_000;
  expect(tryIn('guess')).toBe('unauthorized');
});
