import { type TextEditor, window } from 'vscode';
import { type FoundToken, findTokens } from '../../../daemon/token/find-tokens.ts';
import { findTokenAt } from '../text/find-at.ts';
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
  const { line, character } = selection.active;
  const text = selection.isEmpty ? document.lineAt(line).text : document.getText(selection);
  const found: FoundToken | null | undefined = selection.isEmpty
    ? findTokenAt(text, character)
    : findTokens(text, 1)[0];
  return found ? text.slice(found.start, found.end) : undefined;
}
