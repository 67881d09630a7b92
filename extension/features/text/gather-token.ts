import { env, l10n, type QuickPickItem, type TextDocument, window } from 'vscode';
import { decodeToken } from '../../../daemon/token/decode.ts';
import { findTokens } from '../../../daemon/token/find-tokens.ts';
import { labelToken } from '../../daemon/label-token.ts';
import type { WatchList } from '../../daemon/watch-list.ts';
import { readFirstToken } from '../../first-token.ts';
import { nameFile } from '../../name-file.ts';
import { readWatchId } from '../../rows.ts';
import { isPlace, type ResolvedPlace, resolveAt, resolvePlace } from './token-place.ts';

/** A token that a command is to work on. */
export interface GatheredToken {
  readonly token: string;
  /** Where it comes from, for people: a file's name, `clipboard`. Never text of the token. */
  readonly source: string;
  /** Where it stands, when it came from a document. */
  readonly place: ResolvedPlace | null;
}

/** How many tokens of a document are offered to choose from. */
const MOST_OFFERED = 50;

/**
 * Finds the token that a command is meant for: the one of the row or place that it was run from, the selected one, the
 * one at the cursor, the only one of the document. Otherwise the person chooses: one of the document, the clipboard,
 * the environment, or by pasting. The clipboard is read only when it is chosen. Undefined when nothing was chosen.
 */
export async function gatherToken(
  watches: Pick<WatchList, 'pinned'>,
  argument: unknown,
): Promise<GatheredToken | undefined> {
  const watchId = readWatchId(argument);
  if (watchId !== undefined) {
    const watched = watches.pinned.find(({ id }) => id === watchId);
    return watched && { token: watched.token, source: watched.label, place: null };
  }
  if (isPlace(argument)) {
    const place = resolvePlace(argument);
    if (place !== null) return fromPlace(place);
  }
  return findAtCursor() ?? chooseToken();
}

function fromPlace(place: ResolvedPlace): GatheredToken {
  return { token: place.token, source: nameFile(place.document.uri), place };
}

function findAtCursor(): GatheredToken | undefined {
  const editor = window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  if (!selection.isEmpty) {
    // What was selected on purpose is looked at even when it is no token: the inspector says why it is none.
    const text = document.getText(selection);
    const [found] = findTokens(text, 1);
    return {
      token: found ? text.slice(found.start, found.end) : text,
      source: nameFile(document.uri),
      place: found ? resolveAt(document, selection.start.line, selection.start.character + found.start) : null,
    };
  }
  const place = resolveAt(document, selection.active.line, selection.active.character);
  if (place !== null) return fromPlace(place);
  const [only, another] = listPlaces(document, 2);
  return only !== undefined && another === undefined ? fromPlace(only) : undefined;
}

function listPlaces(document: TextDocument, most: number): ResolvedPlace[] {
  const text = document.getText();
  return findTokens(text, most).flatMap(({ start }) => {
    const { line, character } = document.positionAt(start);
    return resolveAt(document, line, character) ?? [];
  });
}

interface Choice extends QuickPickItem {
  readonly take: () => Promise<GatheredToken | undefined> | GatheredToken | undefined;
}

async function chooseToken(): Promise<GatheredToken | undefined> {
  const document = window.activeTextEditor?.document;
  const choices: Choice[] = [
    ...(document ? listPlaces(document, MOST_OFFERED) : []).map((place) => ({
      label: nameToken(place.token),
      description: l10n.t('line {0}', place.range.start.line + 1),
      take: () => fromPlace(place),
    })),
    { label: l10n.t('$(clippy) From the Clipboard'), take: takeFromClipboard },
    { label: l10n.t('$(edit) Paste a Token…'), take: askForToken },
    ...listVariables().map(({ name, token }) => ({
      label: l10n.t('$(terminal) From the Variable {0}', name),
      description: nameToken(token),
      take: () => ({ token, source: `$${name}`, place: null }),
    })),
  ];
  const chosen = await window.showQuickPick(choices, { placeHolder: l10n.t('Which token?') });
  return chosen?.take();
}

/** How a token is called in a row: by its subject, never by its text. */
const nameToken = (token: string): string => labelToken(decodeToken(token).claims);

/** Variables of the extension host's environment that hold a token. */
function listVariables(): { name: string; token: string }[] {
  return Object.entries(process.env).flatMap(([name, value = '']) => {
    const token = readFirstToken(value);
    return token === undefined ? [] : [{ name, token }];
  });
}

async function takeFromClipboard(): Promise<GatheredToken | undefined> {
  const token = readFirstToken(await env.clipboard.readText());
  if (token !== undefined) return { token, source: l10n.t('clipboard'), place: null };
  void window.showInformationMessage(l10n.t('There is no token on the clipboard.'));
  return undefined;
}

async function askForToken(): Promise<GatheredToken | undefined> {
  const text = await window.showInputBox({
    prompt: l10n.t('A token; "Bearer" and quotes around it are taken off.'),
    password: true,
    ignoreFocusOut: true,
  });
  if (!text) return undefined;
  return { token: readFirstToken(text) ?? text, source: l10n.t('pasted text'), place: null };
}
