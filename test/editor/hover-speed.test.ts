import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { waitFor } from '../support/wait.ts';
import type { HoverTimes } from './companion/time-hovers.ts';
import { waitForLens } from './pages/text-editor.ts';
import { openFile, runCommand } from './pages/workbench.ts';
import { forge } from './support/forged.ts';
import { TIME_HOVERS } from './support/install-companion.ts';
import { useEditor } from './support/use-editor.ts';

const MEGABYTE = 1_048_576;
const TOKENS = 150;

/** A megabyte of text with tokens in it, none like another, so that none is remembered. */
function writeBigFile(): string {
  const filler = `# ${'what a service wrote on a day when much happened. '.repeat(4)}\n`;
  const between = filler.repeat(Math.ceil(MEGABYTE / TOKENS / filler.length));
  return Array.from({ length: TOKENS }, (_, at) => `TOKEN_${at}=${forge({ sub: `user-${at}` })}\n${between}`).join('');
}

const editor = useEditor(() => ({ files: { 'big.env': writeBigFile() }, companion: true }));

const rank = (values: readonly number[], share: number): string =>
  (values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN).toFixed(1);

it('a hover in a file of a megabyte is measured', async () => {
  const { page, session } = editor;
  await openFile(page, 'big.env');
  await waitForLens(page, /Inspect/);
  await runCommand(page, TIME_HOVERS);
  const file = join(session.folder, 'hover-times.json');
  const text = await waitFor('the times', () => existsSync(file) && readFileSync(file, 'utf8'), 60_000);
  const { tokens, plain, answered } = JSON.parse(text) as HoverTimes;
  const say = (times: readonly number[]) => `median ${rank(times, 0.5)} ms, p95 ${rank(times, 0.95)} ms`;
  console.log(
    `hover in 1 MB, over a token: ${say(tokens)}; over none, so the editor's own way alone: ${say(plain)} (aim for ours: p95 5 ms)`,
  );
  expect(answered).toBe(tokens.length);
});
