import { afterEach, describe, expect, it, vi } from 'vitest';
import { exactly, list, number, text } from '../../../../webview/shape.ts';
import { connectHost } from '../../../../webview/ui/host.ts';

const isSnapshot = exactly({
  nowMs: number,
  translation: list(exactly({ from: text(9), to: text(9) }), 9),
  word: text(9),
});
const ORIGIN = 'vscode-webview://a-page-of-its-own';

/** A page in the editor's frame: a test is whoever posts messages to it. */
function open() {
  const listeners: ((event: { origin: string; data: unknown }) => void)[] = [];
  const posted: unknown[] = [];
  vi.stubGlobal('window', { origin: ORIGIN, addEventListener: (_: string, listen: never) => listeners.push(listen) });
  vi.stubGlobal('acquireVsCodeApi', () => ({ postMessage: (message: unknown) => posted.push(message) }));
  const shown: unknown[] = [];
  connectHost(isSnapshot, (snapshot, host) => shown.push({ ...snapshot, now: Math.round(host.nowSeconds()) }));
  const say = (data: unknown, origin = ORIGIN) => {
    for (const listen of listeners) listen({ origin, data });
  };
  return { say, shown, posted };
}

const SNAPSHOT = { nowMs: 5_000, translation: [], word: 'hello' };

afterEach(() => vi.unstubAllGlobals());

describe('a page', () => {
  it('asks for a snapshot, and shows it with the time of the machine that judges', () => {
    const { say, shown, posted } = open();
    expect(posted).toEqual([{ type: 'ready' }]);
    say(SNAPSHOT);
    expect(shown).toEqual([{ ...SNAPSHOT, now: 5 }]);
  });

  it('hears nobody from another origin', () => {
    const { say, shown } = open();
    say(SNAPSHOT, 'https://evil.example');
    say(SNAPSHOT, 'null');
    expect(shown).toEqual([]);
  });

  it('drops what is not of its kind', () => {
    const { say, shown } = open();
    for (const data of [null, 'hello', { ...SNAPSHOT, more: 1 }, { ...SNAPSHOT, word: 7 }]) say(data);
    expect(shown).toEqual([]);
  });
});
