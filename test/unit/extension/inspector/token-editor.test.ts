import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventEmitter, Uri, type WebviewPanel, workspace } from 'vscode';
import { createTokenEditor } from '../../../../extension/features/inspector/token-editor.ts';
import { makePanel } from '../pages/make-panel.ts';
import { makeContext } from '../text/make-context.ts';
import { makeText } from '../text/make-document.ts';
import { makeToken } from '../text/make-token.ts';

const changes = new EventEmitter<unknown>();

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(workspace, { onDidChangeTextDocument: changes.event });
});
afterEach(() => void vi.useRealTimers());

/** A `.jwt` file in the inspector, and what was asked about on the way. */
function open() {
  const text = makeText(makeToken(), { path: '/project/a.jwt' });
  const { context, observed, session } = makeContext();
  const made = makePanel();
  Object.assign(session, { onDidChangeIssuers: new EventEmitter<void>().event });
  Object.assign(context, { extension: { extensionUri: Uri.file('/ext') } });
  const asked: string[] = [];
  const { watches } = context;
  const { observe } = watches;
  Object.assign(watches, {
    observe: (token: string) => {
      asked.push(token);
      return observe(token);
    },
  });
  createTokenEditor(context).resolveCustomTextEditor(text.document, made.panel as WebviewPanel, {} as never);
  const type = (letter: string) => {
    text.change(text.document.getText().length, text.document.getText().length, letter);
    changes.fire({ document: text.document });
  };
  return { ...made, text, asked, observed, type };
}

it('a token that is typed is judged when the typing has come to rest, not with every letter', async () => {
  const { asked, type, text } = open();
  expect(asked).toHaveLength(1);
  for (const letter of 'abcdef') {
    type(letter);
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toEqual([asked[0], text.document.getText()]);
});

it('a closed editor shows nothing any more', async () => {
  const { asked, type, closed, observed } = open();
  type('a');
  closed.fire();
  type('b');
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toHaveLength(1);
  expect(observed.size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
