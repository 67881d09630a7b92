import { expect, test } from 'vitest';
import { readBearer } from '../../../daemon/platforms/bearer-token.ts';

test.each([
  ['Bearer abc', 'abc'],
  ['bEARER abc', 'abc'],
  ['  Bearer   abc ', 'abc'],
  [undefined, null],
  ['', null],
  ['abc', null],
  ['Bearer', null],
  ['Bearer ', null],
  ['Basic abc', null],
  ['Bearer abc def', null],
  ['Bearer Bearer abc', null],
])('of %j the credential is %j', (authorization, credential) => {
  expect(readBearer(authorization)).toBe(credential);
});

test('the scheme is the one that the platform names', () => {
  expect(readBearer('Token abc', 'token')).toBe('abc');
  expect(readBearer('Bearer abc', 'token')).toBeNull();
});
