import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findInexactNumber } from '../../../daemon/token/exact-numbers.ts';

describe('a number that would become another one', () => {
  it.each([
    ['an integer beyond 2^53', '9007199254740993'],
    ['2^53, which its neighbour becomes too', '9007199254740992'],
    ['one of many digits', '12345678901234567890'],
    ['one below zero', '-9007199254740993'],
    ['one with an exponent', '1e20'],
    ['one with a fraction', '90071992547409925.5'],
    ['one beyond every finite value', '1e400'],
    ['one below every finite value', '-1E+400'],
    ['one that becomes 0', '1e-400'],
    ['one that becomes 0 by its digits', `0.${'0'.repeat(400)}1`],
  ])('is found: %s', (_what, literal) => {
    expect(findInexactNumber(literal)).toMatchObject({ literal, path: [] });
    expect(findInexactNumber(`{"a" : [1,\n${literal}]}`)).toMatchObject({ literal, path: ['a', 1] });
  });

  it.each([
    '9007199254740991',
    '-9007199254740991',
    '0',
    '-0.0',
    '0e999',
    '0.1',
    '3.141592653589793238',
    '1e15',
    '1.5E-7',
    '"12345678901234567890"',
    '{"a":"x:12345678901234567890,1e400"}',
    '{"12345678901234567890":[" 1e400"]}',
  ])('is not %s', (text) => {
    expect(findInexactNumber(text)).toBeNull();
  });

  it('is none that JSON.stringify writes of a safe integer or a fraction', () => {
    const number = fc.oneof(fc.maxSafeInteger(), fc.double({ min: -1e15, max: 1e15, noNaN: true }));
    fc.assert(
      fc.property(fc.array(number), (values) => {
        expect(findInexactNumber(JSON.stringify(values))).toBeNull();
      }),
    );
  });
});
