import { expect, test } from 'vitest';
import { describeCountdown, describeNearInstant, nameMilestone } from '../../../../webview/ui/countdown.ts';

test.each([
  [0, '0 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [252, '4 min 12 s'],
  [3_599, '59 min 59 s'],
  [3_661, '1 h'],
  [200_000, '2 days'],
])('%d seconds are %s', (seconds, words) => {
  expect(describeCountdown(seconds)).toBe(words);
});

test('an instant is told from now, in either direction', () => {
  expect(describeNearInstant(1_090, 1_000)).toBe('in 1 min 30 s');
  expect(describeNearInstant(910, 1_000)).toBe('1 min 30 s ago');
  expect(describeNearInstant(1_000.4, 1_000)).toBe('now');
});

test('an expiry is worth saying aloud at five minutes, at one, and at the end', () => {
  expect([1_000, 300, 61, 60, 1, 0, -5].map((left) => nameMilestone(left, 0))).toEqual([
    null,
    'minutes',
    'minutes',
    'minute',
    'minute',
    'expired',
    'expired',
  ]);
});
