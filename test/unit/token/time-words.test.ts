import { describe, expect, it } from 'vitest';
import {
  describeDuration,
  describeExpiry,
  describeInstant,
  describeTimes,
  formatInstant,
  writeDuration,
} from '../../../daemon/token/time-words.ts';

describe('times in words', () => {
  it.each([
    [0, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [-240, '4 min'],
    [3600, '1 h'],
    [86_399, '23 h'],
    [86_400, '1 day'],
    [3 * 86_400, '3 days'],
    [31 * 86_400, '1 month'],
    [800 * 86_400, '2 years'],
  ])('%d s last %s', (seconds, words) => {
    expect(describeDuration(seconds)).toBe(words);
  });

  it.each([
    [0, '0s'],
    [90, '90s'],
    [300, '5m'],
    [5_400, '90m'],
    [3_600, '1h'],
    [86_400, '1d'],
  ])('%d s are typed %s', (seconds, text) => {
    expect(writeDuration(seconds)).toBe(text);
  });

  it.each([
    [1240, 'in 4 min'],
    [1000.5, 'now'],
    [995, '5 s ago'],
  ])('%d is %s, seen from 1000', (seconds, words) => {
    expect(describeInstant(seconds, 1000)).toBe(words);
  });

  it.each([
    [1240, 'expires in 4 min'],
    [1000, 'expired now'],
    [995, 'expired 5 s ago'],
  ])('an exp of %d reads %s at 1000', (seconds, words) => {
    expect(describeExpiry(seconds, 1000)).toBe(words);
  });

  it('says iat, nbf and exp of a token, in this order, and passes over what is no instant', () => {
    expect(describeTimes({ exp: 1240, iat: 995, nbf: '995', aud: 'a' }, 1000)).toEqual([
      { name: 'iat', instant: '1970-01-01T00:16:35Z', words: '5 s ago' },
      { name: 'exp', instant: '1970-01-01T00:20:40Z', words: 'expires in 4 min' },
    ]);
  });

  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [1_800_000_000, '2027-01-15T08:00:00Z'],
    [1.001, '1970-01-01T00:00:01.001Z'],
    [253_402_300_799.9999, '9999-12-31T23:59:59.999Z'],
    [253_402_300_800, null],
    [-1, null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
  ])('%d is %s', (seconds, text) => {
    expect(formatInstant(seconds)).toBe(text);
  });
});
