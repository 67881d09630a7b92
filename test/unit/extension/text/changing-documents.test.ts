import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { CancellationToken, Diagnostic } from 'vscode';
import { scanDocuments } from '../../../../extension/features/text/document-scans.ts';
import { createTextFeatures } from '../../../../extension/features/text/text-features.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { resetWorld, showDocuments, world } from './editor-world.ts';
import { LOCAL, makeContext } from './make-context.ts';
import { makeText, type Text } from './make-document.ts';
import { makeToken, NOW } from './make-token.ts';

vi.mock('vscode', async (original) => (await import('./editor-world.ts')).playEditor(await original()));

const uncancelled = { isCancellationRequested: false } as CancellationToken;
const local = makeToken({ iss: LOCAL });
let parts: ReturnType<typeof start>;

function start() {
  const context = makeContext();
  return { ...context, features: createTextFeatures(context.context, () => {}) };
}

/** Documents beside each other; what follows from it takes time. */
function show(...texts: Text[]): void {
  showDocuments(...texts.map(({ document }) => document));
}

function type(text: Text, start: number, end: number, inserted: string): void {
  const change = text.change(start, end, inserted);
  world.emitters.changed.fire({ document: text.document, contentChanges: [change] });
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const readCodes = ({ document }: Text) =>
  (world.problems.get(String(document.uri)) as Diagnostic[] | undefined)?.map(({ code }) => code);

/** Every look at the clock takes 10 ms, so that a scan gives way before each line. */
function slowDown(): void {
  let clock = performance.now();
  const now = vi.spyOn(performance, 'now').mockImplementation(() => (clock += 10));
  onTestFinished(() => now.mockRestore());
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1_000 });
  resetEditor();
  resetWorld();
  parts = start();
});
afterEach(() => {
  parts.features.dispose();
  vi.useRealTimers();
});

describe('a document that changes while it is scanned', () => {
  test('has no lens in a place that is no longer there', async () => {
    slowDown();
    const text = makeText(`${local}\n`.repeat(20));
    const lenses = parts.features.provideLenses(text.document, uncancelled);
    await pass(5);
    type(text, 0, text.document.getText().length - local.length, '');
    await pass(1_000);
    expect(await lenses).toEqual([]);
  });

  test('has nothing of it observed or reported where it stood, when another is scanned after it', async () => {
    slowDown();
    const first = makeText(`A=${local}`);
    const second = makeText('nothing\n'.repeat(30), { path: '/project/b.env' });
    show(first, second);
    await pass(10);
    type(first, 0, 0, 'LONGER_');
    await pass(100);
    expect([...parts.observed.keys()]).toEqual([]);
    expect(readCodes(first)).toBeUndefined();
    await pass(1_000);
    expect([...parts.observed.keys()]).toEqual([local]);
  });

  test('keeps its verdict until it is known what became of it', async () => {
    slowDown();
    const first = makeText(`A=${local}`);
    const second = makeText('nothing\n'.repeat(30), { path: '/project/b.env' });
    show(first, second);
    await pass(1_000);
    const observe = vi.spyOn(parts.context.watches, 'observe');
    show(first, second);
    await pass(10);
    type(first, 0, 0, 'LONGER_');
    await pass(2_000);
    expect([...parts.observed.keys()]).toEqual([local]);
    expect(observe).not.toHaveBeenCalled();
  });

  test('is reported as it is, and not as it was when Git was asked', async () => {
    const real = makeToken({ iss: 'https://gitlab.com' });
    const text = makeText(`A=${real}`);
    world.tracked.add('/project/a.env');
    show(text);
    await pass(1);
    text.change(0, 0, 'LONGER_');
    world.git.activate();
    await pass(1);
    expect(readCodes(text)).toEqual([]);
  });

  test('breaks nothing when a scan fails, which the log is told', async () => {
    const text = makeText(local);
    Object.assign(text.document, {
      lineAt: () => {
        throw new Error('closed');
      },
    });
    show(text);
    await pass(500);
    expect(parts.warned).toMatchObject([['visible tokens', { message: 'closed' }]]);
  });
});

test('facts are those of the text that stands at the place now', async () => {
  const scans = scanDocuments();
  const text = makeText(local);
  const finds = await scans.findAll(text.document, 9, uncancelled);
  const place = finds!.tokens[0]!;
  expect(scans.readFacts(text.document, place).issuer).toBe(LOCAL);
  expect(scans.readFacts(text.document, place)).toBe(scans.readFacts(text.document, place));
  text.change(0, local.length, makeToken({ iss: `${LOCAL}/` }));
  expect(scans.readFacts(text.document, place).issuer).not.toBe(LOCAL);
  scans.dispose();
});

test('documents at rest are looked at while another never comes to rest', async () => {
  const restless = makeText('', { path: '/project/restless.txt' });
  const text = makeText('nothing yet');
  show(restless, text);
  await pass(300);
  type(text, 0, 0, `${makeToken({}, { alg: 'none' })} `);
  for (let times = 0; times < 14; times++) {
    type(restless, 0, 0, '.');
    await pass(100);
  }
  expect(readCodes(text)).toEqual(['alg_none']);
});

describe('problems', () => {
  const unsigned = makeToken({}, { alg: 'none' });

  test('go with the setting that excludes their language or file, in the background, too', async () => {
    const [shown, hidden] = [makeText(unsigned), makeText(unsigned, { path: '/project/b.env' })];
    show(shown, hidden);
    await pass(300);
    show(shown);
    world.hidden = [hidden.document];
    await pass(300);
    expect([readCodes(shown), readCodes(hidden)]).toEqual([['alg_none'], ['alg_none']]);
    editor.settings.set('mintmark.detect.languages', ['json']);
    world.emitters.configured.fire({ affectsConfiguration: () => true });
    await pass(300);
    expect([readCodes(shown), readCodes(hidden)]).toEqual([undefined, undefined]);
  });

  test('about tracked files come as soon as Git is at work and has found the repository', async () => {
    world.tracked.add('/project/a.env');
    world.git.hasRepository = false;
    const text = makeText(makeToken({ iss: 'https://gitlab.com' }));
    show(text);
    await pass(300);
    expect(readCodes(text)).toEqual([]);
    world.git.activate();
    await pass(300);
    expect(readCodes(text)).toEqual([]);
    world.git.hasRepository = true;
    world.emitters.repository.fire(undefined);
    await pass(300);
    expect(readCodes(text)).toEqual(['tracked_token']);
  });

  test('are told without Git where it is switched off', async () => {
    world.git.isEnabled = false;
    world.git.activate();
    const text = makeText(makeToken({ iss: 'https://gitlab.com' }));
    show(text);
    await pass(300);
    expect(readCodes(text)).toEqual([]);
  });
});

describe('a text that is full of what looks like a key', () => {
  const members = (count: number, between = '') => Array(count).fill(`"k":"0123456789abcdef"${between}`).join(',');
  const find = async (text: Text) => {
    const scans = scanDocuments();
    onTestFinished(() => scans.dispose());
    return { scans, finds: await scans.findAll(text.document, 9, uncancelled) };
  };

  test.each([
    ['on one line', members(5_000)],
    ['on many', members(5_000, '\n')],
    ['around a key of another object', `{"kty":"RSA"},${members(5_000)}`],
  ])('%s is judged in few places', async (_, content) => {
    const text = makeText(content);
    const lineAt = vi.spyOn(text.document, 'lineAt');
    const { finds } = await find(text);
    expect(finds).toMatchObject({ tokens: [], keys: [] });
    expect(lineAt.mock.calls.length).toBeLessThan(text.document.lineCount + 40);
  });

  test('gives way to others between two places', async () => {
    slowDown();
    const { document } = makeText(`{"kty":"oct",${members(9)}}`);
    const scans = scanDocuments();
    let isOver = false;
    const scanning = scans.findAll(document, 99, uncancelled).then(() => {
      isOver = true;
    });
    await pass(3);
    expect(isOver).toBe(false);
    await pass(100);
    await scanning;
    scans.dispose();
  });

  test('is judged once for each version of it', async () => {
    vi.useRealTimers();
    const text = makeText(`{"kty":"oct",\n"k":"0123456789abcdef"}`);
    const { scans, finds } = await find(text);
    expect(finds?.keys).toHaveLength(1);
    type(text, 8, 11, 'other');
    expect(await scans.findAll(text.document, 9, uncancelled)).toMatchObject({ keys: [] });
  });
});
