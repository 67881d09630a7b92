import { expect, test } from 'vitest';
import { anyOf, exactly, flag, list, nullable, number, oneOf, text } from '../../../webview/shape.ts';

const guard = exactly({
  type: oneOf('a', 'b'),
  name: text(3),
  list: list(number, 2),
  on: flag,
  maybe: nullable(text(1)),
});
const right = { type: 'a', name: 'abc', list: [1, 2], on: true, maybe: null };

const { maybe: _, ...others } = right;

test('a message of the shape passes', () => {
  expect(guard(right)).toBe(true);
});

test.each([
  ['another type', { ...right, type: 'c' }],
  ['a text that is too long', { ...right, name: 'abcd' }],
  ['a list that is too long', { ...right, list: [1, 2, 3] }],
  ['a member that is no number', { ...right, list: [Number.NaN] }],
  ['something for a flag', { ...right, on: 1 }],
  ['a member that nobody knows', { ...right, path: '/etc/passwd' }],
  ['a missing member', { type: 'a' }],
  ['a member of the prototype', Object.assign(Object.create({ maybe: null }), { ...others, another: 1 })],
  ['a list', [right]],
  ['nothing', null],
  ['a text', 'a'],
])('%s does not', (_, message) => {
  expect(guard(message)).toBe(false);
});

test('one of several shapes is enough', () => {
  expect(anyOf(text(1), number)(5)).toBe(true);
  expect(anyOf(text(1), number)(true)).toBe(false);
});
