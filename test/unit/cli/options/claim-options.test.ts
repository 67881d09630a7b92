import { describe, expect, test } from 'vitest';
import { parseMintedClaims, parsePinnedClaims } from '../../../../daemon/cli/options/claim-options.ts';

describe('a claim to be minted', () => {
  test.each([
    ['ref=refs/heads/main', 'refs/heads/main'],
    ['n=5', 5],
    ['n=-0.5', -0.5],
    ['n="5"', '5'],
    ['ok=true', true],
    ['gone=null', null],
    ['list=["a",1]', ['a', 1]],
    ['map={"a":{"b":1}}', { a: { b: 1 } }],
    ['empty=', ''],
    ['text=true story', 'true story'],
    ['text=[draft', '[draft'],
    ['text=a=b=c', 'a=b=c'],
    ['sha=0123', '0123'],
    ['id="123456789012345678901"', '123456789012345678901'],
    ['n=9007199254740991', 9_007_199_254_740_991],
    ['n=1e3', 1000],
    ['e=1e4x', '1e4x'],
  ])('%s', (option, value) => {
    expect(Object.values(parseMintedClaims([option]))).toEqual([value]);
  });

  test('may have the name __proto__ like any other', () => {
    const claims = parseMintedClaims(['__proto__=x']);
    expect(JSON.stringify(claims)).toBe('{"__proto__":"x"}');
  });

  test.each([['no value'], ['=value'], ['']])('is refused as %j', (option) => {
    expect(() => parseMintedClaims([option])).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  test.each([['n=12345678901234567890'], ['e=1e400'], ['e=-1e-400'], ['map={"deep":[9007199254740993]}']])(
    'is refused with a number that would become another one: %s',
    (option) => {
      expect(() => parseMintedClaims([option])).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    },
  );

  test('is refused when it is given twice', () => {
    expect(() => parseMintedClaims(['a=1', 'a=2'])).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

describe('a pinned claim', () => {
  test.each([
    ['n=5', '5'],
    ['ok=true', 'true'],
    ['list=["a",1]', ['a', 1]],
    ['map={"a":1}', { a: 1 }],
    ['map={a', '{a'],
  ])('%s', (option, value) => {
    expect(Object.values(parsePinnedClaims([option]))).toEqual([value]);
  });
});
