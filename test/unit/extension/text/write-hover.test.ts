import { describe, expect, test } from 'vitest';
import { UNSAFE_CHARACTERS } from '../../../../daemon/token/safe-text.ts';
import { readFacts } from '../../../../extension/features/text/token-facts.ts';
import { writeHover } from '../../../../extension/features/text/write-hover.ts';
import { HAS_BIG_LIST, NAUGHTY_STRINGS } from '../../../editor/support/naughty-strings.ts';
import { makeEncrypted, makeToken, NOW } from './make-token.ts';

const hover = (token: string) => writeHover(readFacts(token), null, NOW);
/** What the Markdown shows: escapes undone. */
const show = (markdown: string) => markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1');

const BLOCK = /^```text\n[\s\S]*?\n```$/gm;

/** Markdown that is not ours: everything but escapes, our bold first line, our list signs and our code block. */
function listActive(markdown: string): string[] {
  const prose = markdown.replace(BLOCK, '').replace(/\\[!-/:-@[-`{-~]/g, '');
  const ours = prose.replace(/^\*\*(.*?)\*\*/, '$1').replace(/^- /gm, '');
  return ours.match(/[!-/:-@[-`{-~]/g) ?? [];
}

function expectOnlyText(markdown: string): void {
  expect(listActive(markdown)).toEqual([]);
  expect(markdown.match(BLOCK) ?? []).toHaveLength(markdown.includes('```') ? 1 : 0);
  for (const [block] of markdown.matchAll(BLOCK)) {
    for (const row of block.split('\n').slice(1, -1)) expect(row).toMatch(/^(iss|sub|aud|alg|enc|kid) {2}/);
  }
  expect(markdown.replaceAll('\n', '').match(UNSAFE_CHARACTERS)).toBeNull();
}

describe('the hover', () => {
  test('says the verdict first, then the end in words and as an instant, then who and for whom', () => {
    const text = show(hover(makeToken()));
    expect(text).toMatch(/^\*\*Not verified\*\*/);
    expect(text).toContain('Expires in 4 min (2027-01-15T08:04:00Z)');
    expect(text).toContain('iss  https://issuer.example.test\nsub  alice\naud  api\n');
  });

  test('says what is odd, and what is hidden inside', () => {
    const text = show(hover(makeToken({ act: makeToken() }, { alg: 'none', jku: 'https://a' })));
    expect(text).toContain('not signed');
    expect(text).toContain('(jku)');
    expect(text).toContain('Holds another token in: act');
  });

  test('says of an encrypted token what can be said', () => {
    const text = show(hover(makeEncrypted()));
    expect(text).toContain('encrypted');
    expect(text).toContain('enc  A256GCM');
  });

  test('stays short, however much a token says', () => {
    const long = 'W'.repeat(10_000);
    const claims = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`${at}${long.slice(0, 20)}`, '\u202e']));
    const token = makeToken({ ...claims, sub: long, aud: Array.from({ length: 64 }, () => long) }, { kid: long });
    expect(hover(token).length).toBeLessThan(4_000);
  });
});

describe(`a token cannot write into the hover${HAS_BIG_LIST ? '' : ' (without the big list of naughty strings)'}`, () => {
  test('by its values', () => {
    for (const text of NAUGHTY_STRINGS) {
      expectOnlyText(
        hover(makeToken({ iss: text, sub: text, aud: [text, text] }, { kid: text, alg: text, jku: text })),
      );
    }
  });

  test('by its names, also those that are there twice', () => {
    for (const text of NAUGHTY_STRINGS) {
      const name = JSON.stringify(text);
      expectOnlyText(hover(makeToken(`{${name}:${name},${name}:{${name}:${JSON.stringify(makeToken())}}}`)));
    }
  });
});
