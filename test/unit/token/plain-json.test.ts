import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlainJson } from '../../../daemon/token/plain-json.ts';
import { scanJson } from '../../../daemon/token/scan-json.ts';

/** What the full scan says of a text: strict, flawed, or not JSON at all. */
function isStrict(text: string): boolean {
  let isFlawed = false;
  try {
    scanJson(text, () => {
      isFlawed = true;
    });
  } catch {
    return false;
  }
  return !isFlawed;
}

const space = fc.constantFrom('', ' ', '\n\t', '\r ');
const name = fc.constantFrom('"a"', '"b"', '":"', '"{}"', '""', '"__proto__"', '"é"', '"\u2028"');
const scalar = fc.constantFrom('1', '-0.5e3', '1e999', 'true', 'null', '"a"', '": "', '","', '"{\'a\':1}"');

/** JSON texts in which few names make duplicates common, at every level and with spaces anywhere. */
const { value: jsonText } = fc.letrec<{ value: string; object: string; array: string; member: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, tie('object'), tie('array')),
  object: fc.tuple(space, fc.array(tie('member'), { maxLength: 3 })).map(([gap, all]) => `{${gap}${all.join(',')}}`),
  array: fc.tuple(space, fc.array(tie('value'), { maxLength: 3 })).map(([gap, all]) => `[${gap}${all.join(',')}]`),
  member: fc
    .tuple(space, name, space, space, tie('value'), space)
    .map(([before, key, left, right, value, after]) => `${before}${key}${left}:${right}${value}${after}`),
}));

describe('plainly strict JSON', () => {
  it('is exactly what the full scan finds no flaw in, while there is no escape', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(parsePlainJson(text) !== undefined).toBe(isStrict(text));
      }),
      { numRuns: 5000 },
    );
  });

  it('never takes what the full scan refuses, whatever the text', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '1',
      '1e999',
      ' ',
      '\\',
      '\ud800',
      '\ufeff',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 14 }), (fragments) => {
        const text = fragments.join('');
        if (parsePlainJson(text) !== undefined) expect(isStrict(text)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['an escape', '{"a":"\\n"}'],
    ['a character beyond the basic plane', '{"a":"😀"}'],
    ['65 levels', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['a text longer than 64 Ki', `"${'a'.repeat(65_536)}"`],
  ])('leaves %s to the full scan', (_, text) => {
    expect(parsePlainJson(text)).toBeUndefined();
  });

  it('takes 64 levels', () => {
    expect(parsePlainJson(`${'['.repeat(64)}${']'.repeat(64)}`)).toBeDefined();
  });
});
