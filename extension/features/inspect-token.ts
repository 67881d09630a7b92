import { commands, type ExtensionContext, env, type TextEditor, window, workspace } from 'vscode';
import { findTokens } from '../../daemon/token/find-tokens.ts';
import { COMMANDS } from '../contributions.ts';
import { describeToken } from './describe-token.ts';

/** Shows what a token says in a document of its own. No key, no network, no daemon: nothing is verified. */
export function registerInspectToken(context: ExtensionContext): void {
  context.subscriptions.push(commands.registerCommand(COMMANDS.inspectToken, inspectToken));
}

async function inspectToken(): Promise<void> {
  const editor = window.activeTextEditor;
  const token = (editor && findInEditor(editor)) ?? firstToken(await env.clipboard.readText());
  if (token === undefined) {
    void window.showInformationMessage('There is no token in the selection, at the cursor or on the clipboard.');
    return;
  }
  const content = describeToken(token, Date.now() / 1_000);
  await window.showTextDocument(await workspace.openTextDocument({ language: 'markdown', content }));
}

/** The selection, or the token that the cursor is in: a token never goes over the end of a line. */
function findInEditor({ document, selection }: TextEditor): string | undefined {
  if (!selection.isEmpty) return document.getText(selection);
  const { text } = document.lineAt(selection.active.line);
  const at = selection.active.character;
  const found = findTokens(text).find(({ start, end }) => start <= at && at <= end);
  return found && text.slice(found.start, found.end);
}

function firstToken(text: string): string | undefined {
  const [found] = findTokens(text, 1);
  return found && text.slice(found.start, found.end);
}
