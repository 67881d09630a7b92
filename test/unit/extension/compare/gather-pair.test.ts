import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { Selection, window } from 'vscode';
import { gatherPair } from '../../../../extension/features/compare/gather-pair.ts';
import { offerToCommands } from '../../../../extension/features/inspector/inspector-in-front.ts';
import { makeText } from '../text/make-document.ts';
import { makeToken } from '../text/make-token.ts';

const [one, two, three] = [makeToken({ sub: '1' }), makeToken({ sub: '2' }), makeToken({ sub: '3' })];

/** An editor with this text, and the cursor at a place of a line. */
function edit(text: string, line: number, character: number): void {
  const { document } = makeText(text);
  const selection = new Selection(line, character, line, character);
  Object.defineProperty(window, 'activeTextEditor', { configurable: true, value: { document, selection } });
}

afterEach(() => void Reflect.deleteProperty(window, 'activeTextEditor'));

describe('the tokens to compare', () => {
  it('are the two of the document', () => {
    edit(`A=${one}\nB=${two}`, 1, 9);
    expect(gatherPair({ pinned: [] }, undefined)).toEqual({ left: one, right: two });
  });

  it('begin with the one at the cursor where there are more', () => {
    edit(`A=${one}\nB=${two} ${three}`, 1, 4 + two.length);
    expect(gatherPair({ pinned: [] }, undefined)).toEqual({ left: three, right: '' });
  });

  it('begin with the first one where the cursor is in none', () => {
    edit(`A=${one}\nB=${two} ${three}\n\n`, 2, 0);
    expect(gatherPair({ pinned: [] }, undefined)).toEqual({ left: one, right: '' });
  });

  it('begin with the one that an inspector in front shows, unless it was run from a row', () => {
    const disposed: (() => void)[] = [];
    const panel = {
      active: true,
      onDidDispose: (listener: () => void) => {
        disposed.push(listener);
        return { dispose() {} };
      },
    };
    offerToCommands(panel, () => ({ token: one, source: 'a.jwt' }));
    onTestFinished(() => {
      for (const end of disposed) end();
    });
    expect(gatherPair({ pinned: [] }, undefined)).toEqual({ left: one, right: '' });
    expect(gatherPair({ pinned: [] }, { kind: 'watch', watchId: 'gone' })).toEqual({ left: '', right: '' });
    panel.active = false;
    expect(gatherPair({ pinned: [] }, undefined)).toEqual({ left: '', right: '' });
  });

  it('are both asked for where there is none', () => {
    expect(gatherPair({ pinned: [] }, undefined)).toEqual({ left: '', right: '' });
  });
});
