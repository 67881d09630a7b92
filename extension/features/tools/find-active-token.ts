import { type TextEditor, window } from 'vscode';
import { readFirstToken } from '../../first-token.ts';
import { resolveAt } from '../text/token-place.ts';
import { ToolError } from './tool-error.ts';

/**
 * The token that the person has selected or has the cursor in, so that it need not go through the conversation.
 *
 * @throws ToolError when there is none
 */
export function findActiveToken(): string {
  const found = window.activeTextEditor && findIn(window.activeTextEditor);
  if (found === undefined) throw new ToolError('Pass a token, or ask the person to put the cursor into one.');
  return found;
}

function findIn({ document, selection }: TextEditor): string | undefined {
  if (!selection.isEmpty) return readFirstToken(document.getText(selection));
  return resolveAt(document, selection.active.line, selection.active.character)?.token;
}
