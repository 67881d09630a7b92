import { expect, test } from 'vitest';
import { parseDuration } from '../../../../daemon/cli/options/duration.ts';

test.each([
  ['0', 0],
  ['90', 90],
  ['90s', 90],
  ['5m', 300],
  ['1h', 3_600],
  ['1h30m', 5_400],
  ['2d1h1m1s', 176_461],
])('reads %s as %i seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each(['', ' 5m', '5 m', '-5', '1.5h', '5M', '5x', 'm', '30m1h', '1e3', '99999999999999999999'])(
  'refuses %j as wrong usage',
  (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'usage' }));
  },
);
