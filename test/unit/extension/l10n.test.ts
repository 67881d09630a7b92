import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const CALL = /\bl10n\s*\.t\(\s*/g;
const PAGE_CALL = /(?<![\w.]|function )t\(\s*/g;
/** One string in quotes, or in backticks without anything put in, and what is behind it. */
const LITERAL = /^(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\$]|\\.)*)`)\s*([,)])/;

interface Call {
  readonly place: string;
  /** null where it is no literal, which no tool could export. */
  readonly text: string | null;
  readonly hasValues: boolean;
}

function listCalls(pattern: string, call: RegExp): readonly Call[] {
  return globSync(pattern, { cwd: ROOT }).flatMap((path) => {
    const source = readFileSync(join(ROOT, path), 'utf8');
    return Array.from(source.matchAll(call), ({ index, 0: { length } }) => {
      const found = LITERAL.exec(source.slice(index + length));
      const line = source.slice(0, index).split('\n').length;
      const text = found?.[1] ?? found?.[2] ?? found?.[3] ?? null;
      return {
        place: `${path}:${line}`,
        text,
        hasValues: found?.[4] === ',' && !/^\s*\)/.test(found.input.slice(found[0].length)),
      };
    });
  });
}

describe.each([
  ['the extension', listCalls('extension/**/*.ts', CALL)],
  ['its pages', listCalls('webview/{ui,inspector,compare,timeline}/*.ts', PAGE_CALL)],
])('texts of %s', (_, calls) => {
  it('are literals, so that a bundle for translators can be exported from the source', () => {
    expect(calls.length).toBeGreaterThan(100);
    expect(calls.filter(({ text }) => text === null).map(({ place }) => place)).toEqual([]);
  });

  it('number their values from 0 on, and have values exactly where they need some', () => {
    const wrong = calls.filter(({ text, hasValues }) => {
      const numbers = new Set(Array.from(text?.matchAll(/\{(\d+)\}/g) ?? [], ([, number]) => Number(number)));
      const isGapless = [...numbers].every((number) => number < numbers.size);
      return !isGapless || hasValues !== numbers.size > 0;
    });
    expect(wrong.map(({ place }) => place)).toEqual([]);
  });
});
