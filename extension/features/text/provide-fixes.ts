import { CodeAction, CodeActionKind, type Diagnostic, l10n, Range, type TextDocument, WorkspaceEdit } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { TEXT_SCHEME } from '../../virtual-documents.ts';
import { referToEnvironment, VARIABLE } from './env-reference.ts';
import { fileOf } from './file-of.ts';
import { FIX_COMMANDS } from './fix-commands.ts';
import { groupBy } from './group-by.ts';
import { SOURCE } from './report-problems.ts';
import { makePlace, resolveAt } from './token-place.ts';

/** Fixes for our own problems: nothing is offered where nothing is wrong. */
export function provideFixes(
  { session }: FeatureContext,
  document: TextDocument,
  problems: readonly Diagnostic[],
): CodeAction[] {
  const own = problems.filter(({ source }) => source === SOURCE);
  const byToken = groupBy(own, ({ range }) => `${range.start.line}:${range.start.character}`);
  const canEdit = document.uri.scheme !== TEXT_SCHEME;
  const canMint = canEdit && session.state.kind !== 'unavailable';
  return [
    ...[...byToken.values()].flatMap((diagnostics) => makeTokenFixes(document, diagnostics, { canEdit, canMint })),
    ...own
      .filter(({ code }) => code === 'private_key')
      .flatMap((problem) => makeKeyFixes(document, problem, session.state.kind !== 'unavailable')),
    ...Array.from(
      groupBy(own, ({ code }) => String(code)),
      ([code, diagnostics]) => makeIgnore(document, code, diagnostics),
    ),
  ];
}

function makeTokenFixes(
  document: TextDocument,
  diagnostics: Diagnostic[],
  { canEdit, canMint }: { readonly canEdit: boolean; readonly canMint: boolean },
): CodeAction[] {
  const [first] = diagnostics;
  const place = first && resolveAt(document, first.range.start.line, first.range.start.character);
  if (!place || first.code === 'private_key') return [];
  const argument = makePlace(document.uri, place.range.start);
  const actions: CodeAction[] = [];
  const add = (title: string, change: Pick<CodeAction, 'edit'> | Pick<CodeAction, 'command'>) => {
    const action = new CodeAction(title, CodeActionKind.QuickFix);
    actions.push(Object.assign(action, change, { diagnostics }));
  };
  const edit = canEdit ? makeReference(document, place.range) : null;
  if (edit !== null) add(l10n.t('Replace with a reference to {0}', VARIABLE), { edit });
  if (canMint && place.token.split('.').length === 3) {
    const title = l10n.t('Mint a replacement with the same claims');
    add(title, { command: { title, command: FIX_COMMANDS.mintReplacement, arguments: [argument] } });
  }
  const title = l10n.t('Inspect the token');
  add(title, { command: { title, command: COMMANDS.inspectToken, arguments: [argument] } });
  return actions;
}

/** What is behind the key is not undone by it: whoever has read the file has the key. */
function makeKeyFixes(document: TextDocument, problem: Diagnostic, canImport: boolean): CodeAction[] {
  const actions: CodeAction[] = [];
  const add = (title: string, command: string, argument: unknown) => {
    const action = new CodeAction(title, CodeActionKind.QuickFix);
    action.diagnostics = [problem];
    action.command = { title, command, arguments: [argument] };
    actions.push(action);
  };
  if (canImport)
    add(l10n.t('Import the key into an issuer'), COMMANDS.importKey, makePlace(document.uri, problem.range.start));
  const file = fileOf(document);
  if (file.scheme === 'file' || file.scheme === 'vscode-remote') {
    add(l10n.t('Add the file to .gitignore'), FIX_COMMANDS.ignoreFile, file.toString());
  }
  return actions;
}

function makeReference(document: TextDocument, range: Range): WorkspaceEdit | null {
  const { line, character: start } = range.start;
  const reference = referToEnvironment({
    languageId: document.languageId,
    path: document.uri.path,
    line: document.lineAt(line).text,
    start,
    end: range.end.character,
  });
  if (reference === null) return null;
  const edit = new WorkspaceEdit();
  edit.replace(document.uri, new Range(line, reference.start, line, reference.end), reference.text);
  return edit;
}

function makeIgnore({ uri }: TextDocument, code: string, diagnostics: Diagnostic[]): CodeAction {
  const title = l10n.t('Ignore "{0}" in this file until the window closes', code.replaceAll('_', ' '));
  const action = new CodeAction(title, CodeActionKind.QuickFix);
  action.diagnostics = diagnostics;
  action.command = { title, command: FIX_COMMANDS.ignoreProblem, arguments: [{ uri: uri.toString(), code }] };
  return action;
}
