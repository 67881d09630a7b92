import { window } from 'vscode';
import { type FoundToken, findTokens } from '../../../daemon/token/find-tokens.ts';
import type { WatchList } from '../../daemon/watch-list.ts';
import { readWatchId } from '../../rows.ts';
import { readInspectorInFront } from '../inspector/inspector-in-front.ts';
import { resolveAt } from '../text/token-place.ts';
import type { ComparedTokens } from './open-comparison.ts';

/** Tokens of one document that are looked for: two are compared at once, of more the person says which. */
const MOST = 3;

/**
 * The two tokens that are meant: those of the selection or the document if it has just two, else the one at the cursor,
 * of the row or of the inspector in front, and the page asks for the other. The clipboard is not read.
 */
export function gatherPair({ pinned }: Pick<WatchList, 'pinned'>, argument: unknown): ComparedTokens {
  const watchId = readWatchId(argument);
  if (watchId !== undefined) {
    const watched = pinned.find(({ id }) => id === watchId);
    return { left: watched?.token ?? '', right: '' };
  }
  const shown = argument === undefined ? readInspectorInFront() : undefined;
  if (shown !== undefined) return { left: shown.token, right: '' };
  const editor = window.activeTextEditor;
  if (editor === undefined) return { left: '', right: '' };
  const { document, selection } = editor;
  const text = document.getText(selection.isEmpty ? undefined : selection);
  const found = findTokens(text, MOST);
  const { line, character } = selection.active;
  const atCursor = selection.isEmpty ? resolveAt(document, line, character)?.token : undefined;
  const read = (place: FoundToken | undefined) => (place ? text.slice(place.start, place.end) : '');
  if (found.length !== 2) return { left: atCursor ?? read(found[0]), right: '' };
  return { left: read(found[0]), right: read(found[1]) };
}
