import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { PROJECT } from '../../support/program.ts';

const PLATFORMS = join(PROJECT, 'daemon/platforms');
const MOST_LINES = 300;

/**
 * What a platform says rather than does, whose length is its documentation's: the meaning of its claims, what may be
 * set of it, the variables of its jobs, and what distinguishes its issuers.
 */
const DATA = ['claims.ts', 'options.ts', 'variables.ts', 'profile.ts'];

/** Lines that do something: without comments, imports and blank ones. */
function countLines(source: string): number {
  const code = source
    .replace(/^import\b[^;]*;$/gm, '')
    .replace(/\/\*\*?\s[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
  return code.split('\n').filter((line) => line.trim() !== '').length;
}

test('lines are counted without comments, imports and blank ones', () => {
  const source = `import { a } from './a.ts';
import {
  type B,
  b,
} from './b.ts';

/**
 * Says a URL.
 */
// And this is a comment.
export const url = 'https://a/*'; /* one line with */
/** One. */
export function read(): B {
  // Why.
  return b(a, '//');
}
`;
  expect(countLines(source)).toBe(4);
});

const folders = readdirSync(PLATFORMS, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test.each(folders.map(({ name }) => name))('%s stays under 300 lines without its data', (platform) => {
  const sizes = readdirSync(join(PLATFORMS, platform), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !DATA.includes(basename(file)))
    .map((file) => ({ file, lines: countLines(readFileSync(join(PLATFORMS, platform, file), 'utf8')) }));
  const total = sizes.reduce((sum, { lines }) => sum + lines, 0);
  expect(total, JSON.stringify(sizes)).toBeGreaterThan(0);
  expect(total, JSON.stringify(sizes)).toBeLessThan(MOST_LINES);
});
