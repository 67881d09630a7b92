import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenError, type VerdictCode } from '../../../daemon/token/errors.ts';
import { parseStrictJson } from '../../../daemon/token/strict-json.ts';
import { decodeUtf8 } from '../../../daemon/token/utf8.ts';

function codeOf(run: () => unknown): VerdictCode | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof TokenError) return error.code;
    throw error;
  }
}

function offsetOf(text: string): number | undefined {
  try {
    parseStrictJson(text);
  } catch (error) {
    if (error instanceof TokenError) return error.offset;
  }
  return undefined;
}

describe('strict JSON', () => {
  it('reads whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('agrees with JSON.parse on what is JSON at all, but for numbers beyond every finite value', () => {
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
      '-0',
      '1e5',
      '.5',
      'true',
      'nul',
      ' ',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (fragments) => {
        const text = fragments.join('');
        const code = codeOf(() => parseStrictJson(text));
        let valid = true;
        try {
          JSON.parse(text, (_, value) => {
            if (Math.abs(value) === Number.POSITIVE_INFINITY) valid = false;
            return value;
          });
        } catch {
          valid = false;
        }
        expect(code === null || code === 'duplicate_key').toBe(valid);
      }),
      { numRuns: 2000, examples: [[['1e5', '1', '1']], [['-', '1e5', '1', '1']], [['1e5', '1']]] },
    );
  });

  it.each<[string, VerdictCode]>([
    ['{"a":1,"a":1}', 'duplicate_key'],
    ['{"a":1,"\\u0061":1}', 'duplicate_key'],
    ['[[{"a":{"b":1,"b":2}}]]', 'duplicate_key'],
    ['{"__proto__":1,"__proto__":2}', 'duplicate_key'],
    ['{"":1,"":2}', 'duplicate_key'],
    ['"\\ud800"', 'unicode'],
    ['"\\udc00\\ud800"', 'unicode'],
    ['"\\ud800\\ud800\\udc00"', 'unicode'],
    ['{"\\udfff":1}', 'unicode'],
    ['"\ud800"', 'unicode'],
    ['1e999', 'format'],
    ['[-1e999]', 'format'],
    ['\ufeff{}', 'utf8'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 'depth'],
    ['['.repeat(1_000_000), 'depth'],
    ['{}x', 'format'],
    ['{}\0', 'format'],
    ['', 'format'],
    ["{'a':1}", 'format'],
    ['{"a":1,}', 'format'],
    ['[1,]', 'format'],
    ['01', 'format'],
    ['+1', 'format'],
    ['NaN', 'format'],
    ['"\t"', 'format'],
    ['"\\x"', 'format'],
    ['"\\u12"', 'format'],
    ['"open', 'format'],
    ['\u00a0{}', 'format'],
  ])('refuses case %#', (text, code) => {
    expect(codeOf(() => parseStrictJson(text))).toBe(code);
  });

  it('accepts surrogate pairs, spelt either way, and equal names in different objects', () => {
    expect(parseStrictJson('["\\ud83d\\ude00","😀",{"a":1},{"a":{"a":2}}]')).toEqual([
      '😀',
      '😀',
      { a: 1 },
      { a: { a: 2 } },
    ]);
  });

  it('accepts 64 levels', () => {
    expect(codeOf(() => parseStrictJson(`${'['.repeat(64)}${']'.repeat(64)}`))).toBeNull();
  });

  it('keeps __proto__ as data', () => {
    const value = parseStrictJson('{"__proto__":{"admin":true}}') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(value.admin).toBeUndefined();
  });

  it.each([
    ['{"a":1,"a":2}', 7],
    ['{"a":}', 5],
    ['["x\\ud800"]', 3],
    ['[1e999]', 1],
  ])('says where %s is wrong', (text, offset) => {
    expect(offsetOf(text)).toBe(offset);
  });

  it('takes time in proportion to the text', () => {
    const members = Array.from({ length: 200_000 }, (_, index) => `"k${index}":${index}`).join(',');
    expect(Object.keys(parseStrictJson(`{${members}}`) as object)).toHaveLength(200_000);
  });
});

describe('UTF-8', () => {
  it.each([
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['a cut-off sequence', [0xe2, 0x82]],
  ])('with %s is refused', (_name, bytes) => {
    expect(codeOf(() => decodeUtf8(Uint8Array.from(bytes)))).toBe('utf8');
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.startsWith('\ufeff'));
        return decodeUtf8(new TextEncoder().encode(text)) === text;
      }),
    );
  });
});
