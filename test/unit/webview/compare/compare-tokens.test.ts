import { expect, test } from 'vitest';
import { compareTokens, haveClaims } from '../../../../webview/compare/compare-tokens.ts';
import { encodePart, type RawPart } from '../../../support/forge.ts';

const forge = (claims: RawPart, header: RawPart = { alg: 'RS256' }) =>
  `${encodePart(header)}.${encodePart(claims)}.c2ln`;
const compareClaims = (left: RawPart, right: RawPart) =>
  compareTokens(forge(left), forge(right))
    .filter(({ part }) => part === 'claims')
    .map(({ name, outcome, note }) => [name, outcome, note]);

test('every name of both is there once, the left ones first', () => {
  expect(compareClaims({ a: 1, b: 1 }, { c: 1, b: 2 })).toEqual([
    ['a', 'left', null],
    ['b', 'different', null],
    ['c', 'right', null],
  ]);
});

test.each([
  ['white space and order', '{"a":{"x":1,"y":[1, 2]}}', '{"a":{"y":[1,2],"x":1}}', 'same'],
  ['an escape', '{"a":"\\u0041"}', '{"a":"A"}', 'same'],
  ['the last digit', '{"a":12345678901234567890}', '{"a":12345678901234567891}', 'different'],
  ['the order of a list', '{"a":[1,2]}', '{"a":[2,1]}', 'different'],
  ['a name that is there twice on the left', '{"a":1,"a":1}', '{"a":1}', 'different'],
  ['a name that is there twice on the right', '{"a":1}', '{"a":1,"a":2}', 'different'],
])('%s', (_, left, right, outcome) => {
  expect(compareClaims(left, right)[0]?.[1]).toBe(outcome);
});

test.each([
  ['a later time', { exp: 1_800_000_000 }, { exp: 1_800_000_090 }, '1 min 30 s later on the right'],
  ['an earlier time', { exp: 1_800_000_090 }, { exp: 1_800_000_000 }, '1 min 30 s earlier on the right'],
  ['upper and lower case', { sub: 'Main' }, { sub: 'main' }, 'They differ in upper and lower case only.'],
  ['text and number', { id: '1' }, { id: 1 }, 'The same characters, once as text and once as a number.'],
])('%s is said in words', (_, left, right, note) => {
  expect(compareClaims(left, right)[0]?.[2]).toBe(note);
});

test('the header is compared, too', () => {
  const rows = compareTokens(forge({}, { alg: 'RS256', kid: 'a' }), forge({}, { alg: 'ES256', kid: 'a' }));
  expect(rows.map(({ part, name, outcome }) => [part, name, outcome])).toEqual([
    ['header', 'alg', 'different'],
    ['header', 'kid', 'same'],
  ]);
});

test('texts that are no tokens have nothing to compare', () => {
  expect(compareTokens('', 'hello')).toEqual([]);
});

test.each([
  ['two tokens', forge({ a: 1 }), forge({}), true],
  ['an encrypted one', forge({ a: 1 }), `${encodePart({ alg: 'dir', enc: 'A128GCM' })}..aXY.Y29udGVudA.dGFn`, false],
  ['one around another', forge({ a: 1 }), forge(forge({ a: 1 })), false],
  ['other texts', 'hello', 'world', false],
])('claims can be compared of both alone: %s', (_, left, right, can) => {
  expect([haveClaims(left, right), haveClaims(right, left)]).toEqual([can, can]);
});
