import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../../support/program.ts';

const BUILT = join(PROJECT, 'dist/webview');
const read = (name: string) => readFileSync(join(BUILT, name), 'utf8');
const pages = readdirSync(BUILT).flatMap((name) => (name.endsWith('.css') ? [name.slice(0, -'.css'.length)] : []));

/** Rules for people who want less motion, and those for people who say nothing of it. */
const ASKED = /@media ?\(prefers-reduced-motion: ?(reduce|no-preference)\) ?\{((?:[^{}]*\{[^{}]*\})*)\}/g;
/** A declaration that lets something move. */
const MOVING = /(?:animation|transition|scroll-behavior)(?:-[a-z]+)?:(?!none|auto)[^;}]+/g;

/** Of the rules for less motion: what they say of everything on a page. */
function readStillness(css: string): string[] {
  const rules = Array.from(css.matchAll(ASKED)).flatMap(([, wish, block = '']) => (wish === 'reduce' ? [block] : []));
  const [, declarations = ''] = /^\*,:before,:after\{([^}]*)\}/.exec(rules.join('')) ?? [];
  return declarations.split(';').toSorted();
}

const listMoving = (css: string): string[] => css.replace(ASKED, '').match(MOVING) ?? [];

test('motion is found where it is declared for everybody', () => {
  const css =
    'a{transition:color .2s}@media(prefers-reduced-motion:no-preference){a{animation:spin 1s}}b{transition:none}';
  expect(listMoving(css)).toEqual(['transition:color .2s']);
});

test('there are pages', () => {
  expect(pages.toSorted()).toEqual(['compare', 'inspector', 'mint', 'timeline']);
});

test.each(pages)('nothing moves on the page %s for whoever wants less motion', (page) => {
  expect(readStillness(read(`${page}.css`))).toEqual(['animation:none', 'scroll-behavior:auto', 'transition:none']);
  // A closer rule would win over that.
  expect(listMoving(read(`${page}.css`))).toEqual([]);
  expect(read(`${page}.js`)).not.toMatch(/\.animate\(|behavior: ?["'`]smooth|startViewTransition/);
});
