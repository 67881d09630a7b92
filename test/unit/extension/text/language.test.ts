import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT } from '../../../support/program.ts';
import { makeEncrypted, makeToken } from './make-token.ts';

const read = (path: string) => JSON.parse(readFileSync(join(PROJECT, path), 'utf8'));
const { languages, grammars } = read('package.json').contributes;
const language = languages.find(({ id }: { id: string }) => id === 'jwt');
const grammar = read(grammars.find((entry: { language: string }) => entry.language === 'jwt').path);

/**
 * The scopes of a token's pieces, by the first pattern that fits; the one for the word before a token has no pieces.
 */
function readScopes(text: string): string[] {
  for (const { match, captures } of grammar.patterns) {
    if (captures === undefined) continue;
    const found = new RegExp(match).exec(text);
    if (found) return found.slice(1).map((_, at) => captures[at + 1].name);
  }
  return [];
}

describe('the language of .jwt files', () => {
  const firstLine = new RegExp(language.firstLine);

  test.each([makeToken(), makeEncrypted(), `Bearer ${makeToken()}`])('is known by its first line: %#', (line) => {
    expect(firstLine.test(line)).toBe(true);
  });

  test.each(['eyewitness.example.test', 'key=value', 'eyJ.eyJ.sig', '{"alg":"none"}', ''])(
    'is not that of %j',
    (line) => {
      expect(firstLine.test(line)).toBe(false);
    },
  );

  test('has words that end at the dots', () => {
    const { wordPattern } = read(language.configuration);
    expect(makeToken().match(new RegExp(wordPattern, 'g'))).toHaveLength(3);
  });

  test('changes nothing in the settings of people', () => {
    expect(read('package.json').contributes).not.toHaveProperty('configurationDefaults');
    expect(read('package.json').contributes).not.toHaveProperty('keybindings');
  });
});

describe('the grammar', () => {
  test('tells the three parts of a signed token apart, by scopes that every theme has', () => {
    expect(readScopes(makeToken())).toEqual([
      'entity.name.tag.header.jwt',
      'punctuation.separator.jwt',
      'string.unquoted.payload.jwt',
      'punctuation.separator.jwt',
      'keyword.other.signature.jwt',
    ]);
  });

  test('tells the five parts of an encrypted one apart', () => {
    expect(readScopes(makeEncrypted()).filter((scope) => !scope.startsWith('punctuation'))).toHaveLength(5);
  });

  test('colours nothing that is no token', () => {
    for (const text of ['com.example.eyJhbGciOiJub25lIn0', 'a.b.c', '1.2.3.4']) expect(readScopes(text)).toEqual([]);
  });
});
