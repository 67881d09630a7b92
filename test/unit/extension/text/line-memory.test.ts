import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rememberLines } from '../../../../extension/features/text/line-memory.ts';
import { makeText } from './make-document.ts';
import { makeToken } from './make-token.ts';

const token = makeToken();
const piece = fc.constantFrom('\n', 'x', ' ', '\r\n', token, `A="${token}"\n`, token.slice(0, 40), '\n\n\n');
const edit = fc.record({ from: fc.nat(), length: fc.nat({ max: 300 }), pieces: fc.array(piece, { maxLength: 4 }) });

test('after any edits it knows the same as one who reads the whole text anew', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(edit, { maxLength: 8 }), (pieces, edits) => {
      const { document, change } = makeText(pieces.join(''));
      const memory = rememberLines();
      const readAll = (lines: ReturnType<typeof rememberLines>) =>
        Array.from({ length: document.lineCount }, (_, line) => lines.read(line, () => document.lineAt(line).text));
      readAll(memory);
      for (const { from, length, pieces: inserted } of edits) {
        const size = document.getText().length;
        const start = from % (size + 1);
        const { range, text } = change(start, Math.min(size, start + length), inserted.join(''));
        memory.replace(range.start.line, range.end.line, text);
        expect(readAll(memory)).toEqual(readAll(rememberLines()));
      }
    }),
    { numRuns: 200 },
  );
});

test('typing on one line of a long text reads that line and no other', () => {
  const { document, change } = makeText(`${'a line of text\n'.repeat(5_000)}${token}`);
  const memory = rememberLines();
  const read: number[] = [];
  const readAll = () => {
    for (let line = 0; line < document.lineCount; line++) {
      memory.read(line, () => {
        read.push(line);
        return document.lineAt(line).text;
      });
    }
  };
  readAll();
  read.length = 0;
  const { range, text } = change(15 * 100, 15 * 100, 'b');
  memory.replace(range.start.line, range.end.line, text);
  readAll();
  expect(read).toEqual([100]);
});

test('a pasted text of a million lines is taken', () => {
  const memory = rememberLines();
  memory.read(0, () => '');
  memory.replace(0, 0, '\n'.repeat(1_000_000));
  expect(memory.read(1_000_000, () => token).tokens).toHaveLength(1);
});
