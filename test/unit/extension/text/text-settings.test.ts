import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Position } from 'vscode';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { resetWorld, world } from './editor-world.ts';
import { LOCAL } from './make-context.ts';
import { makeText } from './make-document.ts';
import { makeToken, NOW } from './make-token.ts';
import { readCodes, readTitles, show, start } from './text-features-stand.ts';

vi.mock('vscode', async (original) => (await import('./editor-world.ts')).playEditor(await original()));

let parts: ReturnType<typeof start>;

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

describe('settings that are not of their type', () => {
  const configure = async (name: string, value: unknown) => {
    editor.settings.set(`mintmark.${name}`, value);
    world.emitters.configured.fire({ affectsConfiguration: () => true });
    await vi.advanceTimersByTimeAsync(300);
  };

  test.each([
    ['detect.languages', 5],
    ['detect.languages', { length: 1 }],
    ['detect.languages', [null, '*', 5]],
    ['detect.exclude', '**'],
    ['detect.exclude', [5, {}, null]],
    ['diagnostics.severity', 5],
    ['codeLens.enabled', 'yes'],
  ])('count for nothing: %s is %j', async (name, value) => {
    const text = makeText(makeToken({}, { alg: 'none' }));
    await configure(name, value);
    await show(text);
    expect(readCodes(text)).toEqual(['alg_none']);
    expect(await readTitles(parts, text)).toContain('Inspect');
    expect(parts.features.provideHover(text.document, { line: 0, character: 9 } as Position)).not.toBeNull();
  });

  test('are told in the log once until they change', async () => {
    await configure('detect.languages', 5);
    await configure('detect.languages', 6);
    await show(makeText(makeToken({ iss: LOCAL })));
    expect(String(parts.warned)).toContain('mintmark.detect.languages');
    expect(parts.warned).toHaveLength(1);
    await configure('detect.languages', ['*']);
    await configure('detect.exclude', [5]);
    expect(parts.warned).toHaveLength(2);
  });
});
