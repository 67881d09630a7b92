import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CancellationToken, CodeLens } from 'vscode';
import { createTextFeatures, type TextFeatures } from '../../../../extension/features/text/text-features.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { resetWorld, showDocuments, world } from './editor-world.ts';
import { LOCAL, makeContext, makeVerdict } from './make-context.ts';
import { makeText, type Text } from './make-document.ts';
import { makeToken, NOW } from './make-token.ts';

vi.mock('vscode', async (original) => (await import('./editor-world.ts')).playEditor(await original()));

const uncancelled = { isCancellationRequested: false } as CancellationToken;
const local = makeToken({ iss: LOCAL });
const lasting = makeToken({ iss: LOCAL, exp: NOW + 40_000_000 });
/** So long it takes until an editor asks for lenses, and for the words of those in view: 250 ms and the way here. */
const ASKS_MS = 320;

/** An editor that asks for the lenses of its document as VS Code does, when it does. */
function openLenses(context: ReturnType<typeof makeContext>, isHeeding = () => true) {
  let text: Text | undefined;
  let asking: NodeJS.Timeout | undefined;
  let drawn: readonly CodeLens[] = [];
  const told = vi.fn(() => isHeeding() && askSoon());
  const features: TextFeatures = createTextFeatures(context.context, told);
  const ask = async (): Promise<void> => {
    const lenses = text === undefined ? [] : await features.provideLenses(text.document, uncancelled);
    asking = setTimeout(() => {
      drawn = lenses.map((lens) => features.resolveLens(lens));
    }, ASKS_MS);
  };
  const askSoon = (): void => {
    clearTimeout(asking);
    asking = setTimeout(() => void ask(), ASKS_MS);
  };
  return {
    features,
    told,
    readTitles: () => drawn.map(({ command }) => command?.title),
    async show(shown: Text, asksByItself = true) {
      text = shown;
      showDocuments(shown.document);
      if (asksByItself) askSoon();
      await pass(5_000);
      told.mockClear();
    },
    async type(inserted: string, asksByItself = true) {
      if (text === undefined) return;
      const change = text.change(0, 0, inserted);
      world.emitters.changed.fire({ document: text.document, contentChanges: [change] });
      if (asksByItself) askSoon();
      await pass(5_000);
    },
    close: () => clearTimeout(asking),
  };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
let context: ReturnType<typeof makeContext>;
let heeds: boolean;
let lenses: ReturnType<typeof openLenses>;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1_000 });
  resetEditor();
  resetWorld();
  context = makeContext();
  heeds = true;
  lenses = openLenses(context, () => heeds);
});
afterEach(() => {
  lenses.close();
  lenses.features.dispose();
  vi.useRealTimers();
});

const judge = (verdict: Parameters<typeof makeVerdict>[0], token = lasting) => {
  context.verdicts.set(token, makeVerdict(verdict));
  context.changes.fire();
};

describe('an editor that shows lenses is told to ask anew', () => {
  test('once for a burst of verdicts', async () => {
    await lenses.show(makeText(`A=${lasting}\n`));
    for (let times = 0; times < 100; times++) judge({});
    await pass(5_000);
    expect(lenses.told).toHaveBeenCalledTimes(1);
    expect(lenses.readTitles()[0]).toMatch(/^accepted/);
  });

  test('as the words about an expiry get old, and no more often', async () => {
    await lenses.show(makeText(`A=${local}\n`));
    await pass(120_000);
    expect(lenses.told.mock.calls.length).toBeGreaterThanOrEqual(2);
    expect(lenses.told.mock.calls.length).toBeLessThanOrEqual(3);
    expect(lenses.readTitles()[0]).toMatch(/expires in 1 min/);
  });

  test('when a token is watched, when none can be, and when the setting says that there are none', async () => {
    await lenses.show(makeText(`A=${lasting}\n`));
    await context.context.watches.pin(lasting, {});
    context.changes.fire();
    await pass(5_000);
    expect(lenses.readTitles().at(-1)).toBe('Stop Watching');
    context.pinned.length = 0;
    Object.assign(context.session, { state: { kind: 'unavailable', why: 'untrusted' } });
    context.states.fire(context.session.state);
    await pass(5_000);
    expect(lenses.readTitles().at(-1)).toBe('Inspect');
    editor.settings.set('mintmark.codeLens.enabled', false);
    world.emitters.configured.fire({ affectsConfiguration: () => true });
    await pass(5_000);
    expect(lenses.readTitles()).toEqual([]);
    expect(lenses.told).toHaveBeenCalledTimes(3);
  });

  test('again where it lost the focus and did not ask, and no more once it did', async () => {
    await lenses.show(makeText(`A=${lasting}\n`));
    heeds = false;
    judge({});
    await pass(1_000);
    expect(lenses.told).toHaveBeenCalledTimes(2);
    heeds = true;
    await pass(5_000);
    expect(lenses.told).toHaveBeenCalledTimes(3);
    expect(lenses.readTitles()[0]).toMatch(/^accepted/);
    await pass(20_000);
    expect(lenses.told).toHaveBeenCalledTimes(3);
  });

  test('where it lost the focus as the text changed, or as the text was shown', async () => {
    await lenses.show(makeText(`A=${lasting}\n`));
    await lenses.type(`B=${lasting}\n`, false);
    expect(lenses.readTitles()).toHaveLength(6);
    await lenses.show(makeText(`C=${lasting}\n`), false);
    expect(lenses.readTitles()).toHaveLength(3);
  });

  test('where it asked for lenses and not for their words: it can have taken those of before for them', async () => {
    const text = makeText(`A=${lasting}\n`);
    await lenses.show(text);
    await lenses.features.provideLenses(text.document, uncancelled);
    context.changes.fire();
    await pass(5_000);
    expect(lenses.told).toHaveBeenCalledTimes(1);
  });
});

describe('an editor is left alone', () => {
  test.each([
    ['verdicts that say the same', () => judge({})],
    ['a verdict on a token that it does not show', () => judge({ status: 'refused' }, local)],
    ['a session that changes', () => context.states.fire(context.session.state)],
    ['another look at the documents', () => world.emitters.shown.fire(undefined)],
    ['a setting of another kind', () => world.emitters.configured.fire({ affectsConfiguration: () => true })],
  ])('by %s', async (_, happen) => {
    judge({});
    await lenses.show(makeText(`A=${lasting}\n`));
    for (let times = 0; times < 20; times++) {
      happen();
      await pass(400);
    }
    await pass(5_000);
    expect(lenses.told).not.toHaveBeenCalled();
  });

  test('when it asks by itself, as it does for every text that is shown or changed', async () => {
    await lenses.show(makeText(`A=${lasting}\n`));
    await lenses.type('more\n');
    await lenses.type(`B=${lasting}\n`);
    expect(lenses.readTitles()).toHaveLength(6);
    expect(lenses.told).not.toHaveBeenCalled();
  });

  test('when it shows no lenses at all, after some reminders', async () => {
    await lenses.show(makeText(`A=${lasting}\n`), false);
    heeds = false;
    const other = makeText(`B=${lasting}\n`);
    showDocuments(other.document);
    for (let times = 0; times < 20; times++) {
      context.changes.fire();
      await pass(1_000);
    }
    expect(lenses.told).toHaveBeenCalledTimes(2);
  });
});
