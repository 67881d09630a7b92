import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findTokens } from '../../../../daemon/token/find-tokens.ts';
import { findTokenAt } from '../../../../extension/features/text/find-at.ts';
import { makeEncrypted, makeToken } from './make-token.ts';

const token = makeToken();
const sealed = makeEncrypted();

test.each([
  ['a value in quotes', `KEY="${token}"`],
  ['a header', `Authorization: Bearer ${token}`],
  ['a query', `https://x.example.test/?token=${token}&more=1`],
  ['an escaped value', `token%3D${token}%26`],
  ['a whole line', token],
  ['an encrypted token', `x: ${sealed}`],
])('finds a token in %s from its first to its last character', (_, line) => {
  const [found] = findTokens(line);
  expect(found).toBeDefined();
  for (const at of [found!.start, found!.start + 30, found!.end]) expect(findTokenAt(line, at)).toEqual(found);
  if (found!.start > 0) expect(findTokenAt(line, found!.start - 1)).toBeNull();
  if (found!.end < line.length) expect(findTokenAt(line, found!.end + 1)).toBeNull();
});

test('finds in any text what a look at the whole line finds there', () => {
  const pieces = fc.constantFrom(token, sealed, token.slice(0, 50), '.', ' ', '"', 'eyJ', 'e30', 'ü', '=');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), fc.nat(), (parts, place) => {
      const line = parts.join('');
      const at = place % (line.length + 1);
      const whole = findTokens(line).find(({ start, end }) => start <= at && at <= end);
      expect(findTokenAt(line, at)).toEqual(whole ?? null);
    }),
  );
});

describe('a hostile line', () => {
  test.each([
    ['of headers without an end', 'eyJ'.repeat(2_000_000)],
    ['of dots', '.'.repeat(5_000_000)],
    ['of headers and dots', 'eyJhbGciOiJub25lIn0.'.repeat(250_000)],
  ])('%s is answered all the same', (_, line) => {
    expect(() => findTokenAt(line, line.length >> 1)).not.toThrow();
  });
});
