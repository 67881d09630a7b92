import { type Position, Range, type TextDocument, type Uri, workspace } from 'vscode';
import { findTokenAt } from './find-at.ts';

/**
 * Where a token stands: what the commands of lenses and quick fixes get. The token itself never is an argument of a
 * command, which other extensions can read and the editor may keep.
 */
export interface TokenPlace {
  readonly kind: 'place';
  /** The document, as `Uri.toString` writes it. */
  readonly uri: string;
  readonly line: number;
  readonly character: number;
}

export function makePlace(uri: Uri, { line, character }: Position): TokenPlace {
  return { kind: 'place', uri: uri.toString(), line, character };
}

/** Is the argument of a command a place? Commands are open to every extension, so it may be anything. */
export function isPlace(argument: unknown): argument is TokenPlace {
  if (typeof argument !== 'object' || argument === null) return false;
  const { kind, uri, line, character }: Partial<Record<keyof TokenPlace, unknown>> = argument;
  return kind === 'place' && typeof uri === 'string' && isCount(line) && isCount(character);
}

const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** A token with the document and the range that it stands in. */
export interface ResolvedPlace {
  readonly document: TextDocument;
  readonly range: Range;
  readonly token: string;
}

/** The token that stands at a place now; null when the document is closed or the token is gone. */
export function resolvePlace({ uri, line, character }: TokenPlace): ResolvedPlace | null {
  const document = workspace.textDocuments.find((open) => open.uri.toString() === uri);
  return document === undefined ? null : resolveAt(document, line, character);
}

export function resolveAt(document: TextDocument, line: number, character: number): ResolvedPlace | null {
  if (line >= document.lineCount) return null;
  const { text } = document.lineAt(line);
  const found = findTokenAt(text, Math.min(character, text.length));
  if (found === null) return null;
  const range = new Range(line, found.start, line, found.end);
  return { document, range, token: text.slice(found.start, found.end) };
}
