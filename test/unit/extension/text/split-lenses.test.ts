import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CancellationToken, CodeLens } from 'vscode';
import { createTextFeatures, type TextFeatures } from '../../../../extension/features/text/text-features.ts';
import { resetEditor } from '../../../support/vscode-script.ts';
import { resetWorld, showDocuments, world } from './editor-world.ts';
import { LOCAL, makeContext } from './make-context.ts';
import { makeText, type Text } from './make-document.ts';
import { makeToken, NOW } from './make-token.ts';

vi.mock('vscode', async (original) => (await import('./editor-world.ts')).playEditor(await original()));

const uncancelled = { isCancellationRequested: false } as CancellationToken;
const token = makeToken({ iss: LOCAL, exp: NOW + 40_000_000 });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** One half of a split editor. VS Code lets one that is left within 250 ms forget that it was to ask. */
interface Half {
  readonly drawn: readonly CodeLens[];
  ask(): Promise<void>;
}

function openHalf(text: Text, hasLenses = true): Half {
  let drawn: readonly CodeLens[] = [];
  return {
    get drawn() {
      return drawn;
    },
    async ask() {
      if (!hasLenses) return;
      const lenses = await features.provideLenses(text.document, uncancelled);
      drawn = lenses.map((lens) => features.resolveLens(lens));
    },
  };
}

let context: ReturnType<typeof makeContext>;
let features: TextFeatures;
let halves: Half[];
const told = vi.fn(() => {
  for (const half of halves) setTimeout(() => void half.ask(), 250);
});

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1_000 });
  resetEditor();
  resetWorld();
  context = makeContext();
  halves = [];
  told.mockClear();
  features = createTextFeatures(context.context, told);
});
afterEach(() => {
  features.dispose();
  vi.useRealTimers();
});

/** Shows a text twice; both halves have asked. */
async function split(text: Text, second = openHalf(text)): Promise<readonly [Half, Half]> {
  const pair = [openHalf(text), second] as const;
  halves = [...pair];
  showDocuments(text.document, text.document);
  await Promise.all(halves.map((half) => half.ask()));
  await pass(5_000);
  return pair;
}

function type(text: Text, inserted: string): void {
  world.emitters.changed.fire({ document: text.document, contentChanges: [text.change(0, 0, inserted)] });
}

test('a half that was left before it asked gets the lenses of the text as it is, without being focused', async () => {
  const text = makeText(`A=${token}\n`);
  const [left, right] = await split(text);
  type(text, `B=${token}\n`);
  await right.ask();
  await pass(5_000);
  expect(left.drawn).toHaveLength(6);
  expect(told).toHaveBeenCalledTimes(1);
});

test('a half that was left before it asked loses the lenses of a token that is gone', async () => {
  const text = makeText(`A=${token}\n`);
  const [left, right] = await split(text);
  world.emitters.changed.fire({
    document: text.document,
    contentChanges: [text.change(0, text.document.getText().length, 'nothing')],
  });
  await right.ask();
  await pass(5_000);
  expect([left.drawn, right.drawn]).toEqual([[], []]);
});

test('halves that ask by themselves are left alone', async () => {
  const text = makeText(`A=${token}\n`);
  await split(text);
  for (let times = 0; times < 5; times++) {
    type(text, 'more\n');
    await Promise.all(halves.map((half) => half.ask()));
    await pass(5_000);
  }
  expect(told).not.toHaveBeenCalled();
});

test('beside a diff, which has no lenses, an editor is told once for each text, and not while none changes', async () => {
  const text = makeText(`A=${token}\n`);
  const [left] = await split(text, openHalf(text, false));
  expect(told).toHaveBeenCalledTimes(1);
  const linger = async () => {
    for (let times = 0; times < 20; times++) {
      context.changes.fire();
      world.emitters.shown.fire(undefined);
      await pass(1_000);
    }
  };
  await linger();
  expect(told).toHaveBeenCalledTimes(1);
  type(text, `B=${token}\n`);
  await left.ask();
  await linger();
  expect(told).toHaveBeenCalledTimes(2);
});

test('a half that is opened again and left before it asked is thought of, too', async () => {
  const text = makeText(`A=${token}\n`);
  const [left] = await split(text);
  showDocuments(text.document);
  await pass(5_000);
  const opened = openHalf(text);
  halves = [left, opened];
  showDocuments(text.document, text.document);
  await pass(5_000);
  expect(opened.drawn).toHaveLength(3);
  expect(told).toHaveBeenCalledTimes(1);
});

test('no editor of a text without tokens is told', async () => {
  const text = makeText('nothing\n');
  await split(text, openHalf(text, false));
  type(text, 'more\n');
  await pass(5_000);
  expect(told).not.toHaveBeenCalled();
});
