import { describe, expect, test } from 'vitest';
import { wantsColour } from '../../../../daemon/cli/terminal/io.ts';
import { createStyle } from '../../../../daemon/cli/terminal/style.ts';
import { drawTable } from '../../../../daemon/cli/terminal/text-table.ts';
import { wrapWords } from '../../../../daemon/cli/terminal/wrap-words.ts';
import { showJson, showSafely } from '../../../../daemon/token/safe-text.ts';
import { createTestIo } from '../test-io.ts';

describe('colour', () => {
  test.each([
    ['a terminal', { isTTY: true }, true],
    ['a pipe', { isTTY: false }, false],
    ['a terminal with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['a terminal with an empty NO_COLOR', { isTTY: true, env: { NO_COLOR: '' } }, true],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
  ])('%s', (_, options, wanted) => {
    const io = createTestIo(options);
    expect(wantsColour(io, io.stdout)).toBe(wanted);
  });

  test('leaves a text as it is where it is not wanted', () => {
    expect(createStyle(false)('bad', 'text')).toBe('text');
  });
});

test.each([
  ['an escape sequence', '\u001b[2Jx', '\\u001b[2Jx'],
  ['a C1 control', '\u009bx', '\\u009bx'],
  ['a line break', 'a\nb', 'a\\u000ab'],
  ['a bidirectional override', 'a\u202eb', 'a\\u202eb'],
  ['a character without width', 'a\u200bb', 'a\\u200bb'],
  ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
  ['other scripts', 'ü 漢 🙂', 'ü 漢 🙂'],
])('a foreign text cannot act on a terminal: %s', (_, text, shown) => {
  expect(showSafely(text)).toBe(shown);
});

test('JSON for people keeps its lines and shows their content safely', () => {
  expect(showJson({ a: 'x\u202ey' })).toBe('{\n  "a": "x\\u202ey"\n}');
});

test('a table aligns its columns and leaves no space at line ends', () => {
  expect(
    drawTable(
      ['A', 'LONG'],
      [
        ['wide', 'x'],
        ['y', 'z'],
      ],
      null,
    ),
  ).toBe('A     LONG\nwide  x\ny     z');
});

describe('a table on a narrow terminal', () => {
  const draw = (width: number) =>
    drawTable(
      ['NAME', 'STATE', 'SUBJECT'],
      [
        ['abcdefghij', 'active', 'repo:acme/shop:ref:main'],
        ['k', '', ''],
      ],
      width,
    );

  test.each([
    [60, 'abcdefghij  active  repo:acme/shop:ref:main'],
    [32, 'abcdefghij  active  repo:acme/s…'],
    [24, 'abcdefghij  active'],
    [8, 'abcdefghij'],
  ])('of %i characters keeps a row on a line', (width, row) => {
    const lines = draw(width).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe(row);
  });
});

test.each([
  [80, '  a bb ccc'],
  [8, '  a bb \\\n      ccc'],
  [1, '  a \\\n      bb \\\n      ccc'],
])('words are wrapped at %i characters', (width, wrapped) => {
  expect(wrapWords('  a bb ccc', width, ' \\', '      ')).toBe(wrapped);
});
