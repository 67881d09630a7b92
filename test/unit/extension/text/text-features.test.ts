import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type CancellationToken,
  type CodeLens,
  type Diagnostic,
  type MarkdownString,
  type Position,
  Range,
  Uri,
} from 'vscode';
import { encodePart } from '../../../support/forge.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { resetWorld, world } from './editor-world.ts';
import { LOCAL, makeVerdict } from './make-context.ts';
import { makeText, type Text } from './make-document.ts';
import { makeToken, NOW } from './make-token.ts';
import { readCodes, readTitles as readTitlesOf, show, start, type, uncancelled } from './text-features-stand.ts';

vi.mock('vscode', async (original) => (await import('./editor-world.ts')).playEditor(await original()));

const local = makeToken({ iss: LOCAL });
let parts: ReturnType<typeof start>;

const readLenses = async ({ document }: Text): Promise<CodeLens[]> =>
  parts.features.provideLenses(document, uncancelled);
const resolve = (lens: CodeLens) => parts.features.resolveLens(lens).command;
const readTitles = (text: Text) => readTitlesOf(parts, text);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW * 1_000 });
  resetEditor();
  resetWorld();
  world.git.activate();
  parts = start();
});
afterEach(() => {
  parts.features.dispose();
  vi.useRealTimers();
});

describe('problems', () => {
  test('are reported for what is visible, and follow the text', async () => {
    const text = makeText(`A=${local}\n`);
    await show(text);
    expect(readCodes(text)).toEqual([]);
    const expired = makeToken({ iat: NOW - 9, exp: NOW - 1 });
    await type(text, 2, 2 + local.length, expired);
    expect(readCodes(text)).toEqual(['expired']);
    await type(text, 0, 2 + expired.length, '');
    expect(readCodes(text)).toEqual([]);
  });

  test('appear when a token expires before the eyes of the person', async () => {
    const text = makeText(`A=${local}`);
    await show(text);
    await vi.advanceTimersByTimeAsync(239_000);
    expect(readCodes(text)).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(readCodes(text)).toEqual(['expired']);
  });

  test('stay while the document is open in the background, and go when it is closed', async () => {
    const text = makeText(makeToken({}, { alg: 'none' }));
    await show(text);
    await show();
    expect(readCodes(text)).toEqual(['alg_none']);
    world.emitters.closed.fire(text.document);
    expect(readCodes(text)).toBeUndefined();
  });

  test.each([
    ['a log by its name', { path: '/project/build.log' }],
    ['a log by its language', { languageId: 'log' }],
    ['output', { scheme: 'output', path: 'x' }],
    ['the older side of a diff', { scheme: 'git', path: '/elsewhere/a.env' }],
  ])('are not reported for %s, which has lenses all the same', async (_, options) => {
    editor.settings.set('mintmark.detect.exclude', ['**/*.log']);
    const text = makeText(makeToken({}, { alg: 'none' }), options);
    await show(text);
    expect(readCodes(text)).toBeUndefined();
    expect(await readTitles(text)).toContain('Inspect');
  });

  test.each(['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'mintmark-text'])(
    'are reported in a document of the scheme %s, in a workspace or not',
    async (scheme) => {
      const text = makeText(makeToken({}, { alg: 'none' }), { scheme, path: '/elsewhere/a.env' });
      await show(text);
      expect(readCodes(text)).toEqual(['alg_none']);
      expect(await readTitles(text)).toContain('Inspect');
    },
  );

  test('are as grave as the person wants them at most, and none when they are off', async () => {
    const text = makeText(makeToken({}, { alg: 'none' }));
    editor.settings.set('mintmark.diagnostics.severity', 'hint');
    await show(text);
    expect(world.problems.get(String(text.document.uri))).toMatchObject([{ severity: 3 }]);
    editor.settings.set('mintmark.diagnostics.severity', 'off');
    world.emitters.configured.fire({ affectsConfiguration: () => true });
    await vi.advanceTimersByTimeAsync(300);
    expect(readCodes(text)).toBeUndefined();
  });

  test('name a private key in the workspace, and none elsewhere', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const jwk = JSON.stringify(privateKey.export({ format: 'jwk' }), null, 2);
    const inside = makeText(`${pem}\n${jwk}`, { path: '/project/keys.txt' });
    const outside = makeText(pem, { path: '/home/me/.ssh/id' });
    await show(inside, outside);
    expect(readCodes(inside)).toEqual(['private_key', 'private_key']);
    expect(readCodes(outside)).toEqual([]);
  });

  test('name a private key behind more tokens than are looked at', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const text = makeText(`${`${local}\n`.repeat(300)}${pem}`, { path: '/project/keys.txt' });
    await show(text);
    expect(readCodes(text)).toEqual(['private_key']);
  });

  test('name a token that opens a real door in a file that Git tracks', async () => {
    world.tracked.add('/project/tracked.env');
    const real = makeToken({ iss: 'https://gitlab.com' });
    const [tracked, untracked, harmless] = [
      makeText(real, { path: '/project/tracked.env' }),
      makeText(real, { path: '/project/new.env' }),
      makeText(local, { path: '/project/tracked.env' }),
    ];
    await show(tracked, untracked);
    expect(readCodes(tracked)).toEqual(['tracked_token']);
    expect(readCodes(untracked)).toEqual([]);
    await show(harmless);
    expect(readCodes(harmless)).toEqual([]);
  });

  test('of cells of a notebook are those of its file, as it is saved', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const cell = makeText(`${pem}\n${makeToken({ iss: 'https://gitlab.com' })}`, {
      scheme: 'vscode-notebook-cell',
      path: '/project/a.ipynb',
    });
    const uri = Uri.file('/project/a.ipynb');
    const notebook = { uri, getCells: () => [{ document: cell.document }] };
    world.notebooks.push(notebook);
    await show(cell);
    expect(readCodes(cell)).toEqual(['private_key']);
    world.tracked.add('/project/a.ipynb');
    world.emitters.notebook.fire(notebook);
    await type(cell, 0, 0, ' ');
    expect(readCodes(cell)).toEqual(['private_key', 'tracked_token']);
  });

  test.each([
    ['of an older version', Uri.from({ scheme: 'git', path: '/elsewhere/a.ipynb' })],
    ['that is not known', null],
  ])('are not reported in a cell of a notebook %s', async (_, uri) => {
    const cell = makeText(makeToken({}, { alg: 'none' }), {
      scheme: 'vscode-notebook-cell',
      path: '/elsewhere/a.ipynb',
    });
    if (uri !== null) world.notebooks.push({ uri, getCells: () => [{ document: cell.document }] });
    await show(cell);
    expect(readCodes(cell)).toBeUndefined();
  });

  test('can be ignored in one file, by what they are', async () => {
    const text = makeText(makeToken({ iat: NOW - 9, exp: NOW - 1 }, { alg: 'none' }));
    await show(text);
    parts.features.ignoreProblem(String(text.document.uri), 'expired');
    await vi.advanceTimersByTimeAsync(0);
    expect(readCodes(text)).toEqual(['alg_none']);
  });
});

describe('quick fixes', () => {
  const listFixes = async (text: Text) => {
    await show(text);
    const problems = world.problems.get(String(text.document.uri)) as Diagnostic[];
    return parts.features.provideFixes(text.document, problems);
  };

  test('put a reference, mint, inspect and ignore, each once for a token with two problems', async () => {
    const token = makeToken({ iat: NOW - 9, exp: NOW - 1 }, { alg: 'none' });
    const fixes = await listFixes(makeText(`A=${token}`));
    expect(fixes.map(({ title }) => title)).toEqual([
      'Replace with a reference to MINTMARK_TOKEN',
      'Mint a replacement with the same claims',
      'Inspect the token',
      'Ignore "alg none" in this file until the window closes',
      'Ignore "expired" in this file until the window closes',
    ]);
    expect(fixes[0]?.edit).toMatchObject({ replaced: [{ text: '\u0024{MINTMARK_TOKEN}' }] });
    expect(JSON.stringify(fixes.map(({ command }) => command))).not.toContain(token.slice(0, 10));
  });

  test('of a private key import it, without its text, and keep its file out of Git', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const text = makeText(`# mine\n${pem}`, { path: '/project/key.pem' });
    const uri = String(text.document.uri);
    const fixes = await listFixes(text);
    expect(fixes.map(({ title, command }) => [title, command?.command, command?.arguments])).toEqual([
      ['Import the key into an issuer', 'mintmark.importKey', [{ kind: 'place', uri, line: 1, character: 0 }]],
      ['Add the file to .gitignore', '_mintmark.ignoreFile', [uri]],
      ['Ignore "private key" in this file until the window closes', '_mintmark.ignoreProblem', expect.anything()],
    ]);
  });

  test('change nothing in a document of ours, which nobody can change', async () => {
    const fixes = await listFixes(makeText(makeToken({}, { alg: 'none' }), { scheme: 'mintmark-text' }));
    expect(fixes.map(({ title }) => title)).toEqual([
      'Inspect the token',
      'Ignore "alg none" in this file until the window closes',
    ]);
  });

  test('mint nothing where no issuer can run', async () => {
    Object.assign(parts.session, { state: { kind: 'unavailable', why: 'untrusted' } });
    const fixes = await listFixes(makeText(makeToken({}, { alg: 'none' })));
    expect(fixes.map(({ title }) => title).join()).not.toContain('Mint a');
  });

  test('mint nothing in the place of an encrypted token, whose claims nobody knows', () => {
    const { document } = makeText(`A=${encodePart({ alg: 'dir', enc: 'A256GCM' })}..aXY.Y2lwaGVy.dGFn`);
    const problem = { source: 'Mintmark', code: 'key_in_header', range: new Range(0, 2, 0, 3) };
    const titles = parts.features.provideFixes(document, [problem as Diagnostic]).map(({ title }) => title);
    expect(titles).toContain('Inspect the token');
    expect(titles.join()).not.toContain('Mint a');
  });

  test('of others are left alone', () => {
    const { document } = makeText(makeToken({}, { alg: 'none' }));
    expect(parts.features.provideFixes(document, [{ source: 'other' } as Diagnostic])).toEqual([]);
  });
});

describe('lenses', () => {
  test('say the live verdict, and offer to look and to watch', async () => {
    const text = makeText(`A=${local}`);
    expect(await readTitles(text)).toEqual(['not verified · expires in 4 min', 'Inspect', 'Watch']);
    parts.verdicts.set(local, makeVerdict({}));
    expect(await readTitles(text)).toEqual(['accepted · local issuer · expires in 4 min', 'Inspect', 'Watch']);
    await parts.context.watches.pin(local, {});
    expect((await readTitles(text)).at(-1)).toBe('Stop Watching');
  });

  test('have no words before they are resolved, and those of that moment then: the editor keeps what it gets', async () => {
    const text = makeText(`A=${local}`);
    const lenses = await readLenses(text);
    expect(lenses.map(({ command }) => command)).toEqual([undefined, undefined, undefined]);
    parts.verdicts.set(local, makeVerdict({}));
    expect(lenses.map((lens) => resolve(lens)?.title)[0]).toMatch(/^accepted/);
    parts.verdicts.set(local, makeVerdict({ status: 'refused', reason: 'key_revoked' }));
    expect(lenses.map((lens) => resolve(lens)?.title)[0]).toMatch(/^refused/);
    expect(lenses.map(({ command }) => command)).toEqual([undefined, undefined, undefined]);
  });

  test('claim nothing of what has taken the place of their token, and follow a text that changes elsewhere', async () => {
    parts.verdicts.set(local, makeVerdict({}));
    const text = makeText(`A=${local}\nB=`);
    const [lens] = await readLenses(text);
    await type(text, text.document.getText().length, text.document.getText().length, 'more');
    expect(lens && resolve(lens)?.title).toMatch(/^accepted/);
    await type(text, 2, 3, 'f');
    expect(lens && resolve(lens)?.title).toBe('…');
    await type(text, 0, text.document.getText().length, '');
    expect(lens && resolve(lens)?.title).toBe('…');
  });

  test('hold no text of a token', async () => {
    const lenses = await readLenses(makeText(`A=${local}`));
    const text = JSON.stringify([lenses, lenses.map(resolve)]);
    for (const part of local.split('.')) expect(text).not.toContain(part.slice(0, 12));
  });

  test('are numbered where a line has several tokens', async () => {
    const titles = await readTitles(makeText(`${local}, ${makeToken()}`));
    expect(titles.filter((title) => title?.startsWith('('))).toEqual([
      '(1) not verified · expires in 4 min',
      '(2) not verified · expires in 4 min',
    ]);
  });

  test('do not offer to watch where that cannot be', async () => {
    Object.assign(parts.session, { state: { kind: 'unavailable', why: 'web' } });
    expect(await readTitles(makeText(local))).toEqual(['not verified · expires in 4 min', 'Inspect']);
  });

  test('are left out of a dump, where they are switched off, and in languages that are not meant', async () => {
    expect(await readTitles(makeText(`${local}\n`.repeat(201)))).toEqual([]);
    editor.settings.set('mintmark.detect.languages', ['json']);
    expect(await readTitles(makeText(local))).toEqual([]);
    expect(await readTitles(makeText(local, { languageId: 'json' }))).not.toEqual([]);
    editor.settings.set('mintmark.codeLens.enabled', false);
    expect(await readTitles(makeText(local, { languageId: 'json' }))).toEqual([]);
  });

  test('give up on a long text when the editor no longer wants them', async () => {
    vi.useRealTimers();
    let clock = 0;
    const now = vi.spyOn(performance, 'now').mockImplementation(() => (clock += 10));
    let looks = 0;
    const cancellation = {
      get isCancellationRequested() {
        return ++looks === 3;
      },
    } as CancellationToken;
    const text = makeText(`${local}\n`.repeat(150));
    const { lineAt } = text.document;
    const lines = vi.fn((line: number) => lineAt(line));
    Object.assign(text.document, { lineAt: (line: number) => lines(line) });
    expect(await parts.features.provideLenses(text.document, cancellation)).toEqual([]);
    expect(lines.mock.calls.length).toBeLessThan(10);
    now.mockRestore();
  });
});

describe('tokens are observed', () => {
  test('while an editor shows them, and no longer', async () => {
    const [one, two] = [makeText(`A=${local}\nB=${local}`), makeText(makeToken())];
    await show(one, two);
    expect([...parts.observed.keys()]).toHaveLength(2);
    await show(one);
    expect([...parts.observed.keys()]).toEqual([local]);
    await type(one, 0, one.document.getText().length, '');
    expect([...parts.observed.keys()]).toEqual([]);
  });
});

describe('the hover', () => {
  const readHover = (text: Text, character: number) =>
    parts.features.provideHover(text.document, { line: 0, character } as Position);

  test('explains the token under the pointer in Markdown that nobody trusts', () => {
    const text = makeText(`A=${local} and more`);
    const hover = readHover(text, 20);
    const [contents] = [hover?.contents].flat() as MarkdownString[];
    expect(contents?.value).toContain('**Not verified**');
    expect(contents).toMatchObject({ isTrusted: false, supportHtml: false, supportThemeIcons: false });
    expect(hover?.range).toMatchObject({ start: { character: 2 }, end: { character: 2 + local.length } });
    expect(readHover(text, local.length + 5)).toBeNull();
  });

  test('asks nobody anything', () => {
    readHover(makeText(local), 20);
    expect(parts.calls).toEqual([]);
    expect(parts.observed.size).toBe(0);
  });
});

test('when it ends it leaves no listener, no timer, no watch and no problem behind', async () => {
  for (let times = 0; times < 50; times++) {
    const { features, observed, changes, states } = start();
    await show(makeText(makeToken({}, { alg: 'none' })));
    features.dispose();
    expect(observed.size + (changes as unknown as { size: number }).size).toBe(0);
    expect((states as unknown as { size: number }).size).toBe(0);
  }
  parts.features.dispose();
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
  expect(world.problems.size).toBe(0);
  for (const emitter of Object.values(world.emitters)) expect((emitter as unknown as { size: number }).size).toBe(0);
});
