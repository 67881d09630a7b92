import { Range, type TextDocument, workspace } from 'vscode';
import { isPlace } from '../text/token-place.ts';
import { isKeyText } from './read-key-text.ts';

/** More lines than the largest key has. */
const MOST_LINES = 250;
const MOST_CHARACTERS = 16_384;

/** From its first line to its last, perhaps in a string whose line ends are written as `\n`. */
const PEM = /^-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]+)-----END \1-----/;

/** The private key at the place that a quick fix names; undefined where none can be read that is all there. */
export function readKeyAt(argument: unknown): string | undefined {
  if (!isPlace(argument)) return undefined;
  const document = workspace.textDocuments.find((open) => open.uri.toString() === argument.uri);
  if (document === undefined || argument.line >= document.lineCount) return undefined;
  const { before, after } = readAround(document, argument.line, argument.character);
  const text = after.startsWith('-----') ? readPem(after) : readObject(before, after);
  return text !== undefined && isKeyText(text) ? text : undefined;
}

function readAround(document: TextDocument, line: number, character: number): { before: string; after: string } {
  const first = Math.max(0, line - MOST_LINES);
  const last = Math.min(document.lineCount - 1, line + MOST_LINES);
  const before = document.getText(new Range(first, 0, line, character));
  const after = document.getText(new Range(line, character, last, document.lineAt(last).text.length));
  return { before: before.slice(-MOST_CHARACTERS), after: after.slice(0, MOST_CHARACTERS) };
}

function readPem(text: string): string | undefined {
  const [, label, body = ''] = PEM.exec(text) ?? [];
  if (label === undefined) return undefined;
  const lines = body.split(/\\r|\\n|[\r\n]/).map((line) => line.replace(/^[\s"'+]*["']|["'][\s"'+,]*$/g, '').trim());
  return [`-----BEGIN ${label}-----`, ...lines.filter((line) => /\w/.test(line)), `-----END ${label}-----`].join('\n');
}

/** The object around a member of a JWK, in which no text has braces; perhaps in a string that escapes its quotes. */
function readObject(before: string, after: string): string | undefined {
  const from = findBrace(before.split('').reverse(), '{', '}');
  const to = findBrace(after.split(''), '}', '{');
  if (from < 0 || to < 0) return undefined;
  return `${before.slice(before.length - 1 - from)}${after.slice(0, to + 1)}`
    .replace(/\\[rn]/g, ' ')
    .replace(/\\+"/g, '"');
}

/** How far off the brace is that has no other one before it; -1 when there is none. */
function findBrace(letters: readonly string[], sought: string, other: string): number {
  let depth = 0;
  return letters.findIndex((letter) => {
    if (letter === other) depth++;
    return letter === sought && depth-- === 0;
  });
}
