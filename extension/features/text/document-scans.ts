import { type CancellationToken, Disposable, type Position, type TextDocument, workspace } from 'vscode';
import type { FoundToken } from '../../../daemon/token/find-tokens.ts';
import { findTokenAt } from './find-at.ts';
import { isPrivateKey, KEY_SURROUNDINGS, type KeySight } from './find-private-keys.ts';
import { type LineMemory, rememberLines, type ScannedLine } from './line-memory.ts';
import { readFacts, type TokenFacts } from './token-facts.ts';

/** A token in a document, as of one version of it. */
export interface PlacedToken {
  readonly line: number;
  readonly found: FoundToken;
}

export interface PlacedKey {
  readonly line: number;
  readonly sight: KeySight;
}

export interface DocumentFinds {
  readonly tokens: readonly PlacedToken[];
  readonly keys: readonly PlacedKey[];
}

/** What lies in open documents, each line looked at once and again only when it changes. In memory only. */
export interface DocumentScans extends Disposable {
  /** The token at a position; looks at no more than the token's surroundings. */
  findAt(document: TextDocument, position: Position): PlacedToken | null;
  /** Everything in a document, but no more than `most` tokens and keys; null when it was cancelled meanwhile. */
  findAll(document: TextDocument, most: number, cancellation: CancellationToken): Promise<DocumentFinds | null>;
  readFacts(document: TextDocument, place: PlacedToken): TokenFacts;
}

export const readToken = (document: TextDocument, { line, found }: PlacedToken): string =>
  document.lineAt(line).text.slice(found.start, found.end);

/** How long a scan keeps the extension host to itself, milliseconds. */
const SLICE_MS = 8;

export function scanDocuments(): DocumentScans {
  const memories = new WeakMap<TextDocument, { version: number; lines: LineMemory }>();
  const facts = new WeakMap<FoundToken, TokenFacts>();

  const recall = (document: TextDocument): LineMemory => {
    const known = memories.get(document);
    if (known?.version === document.version) return known.lines;
    const lines = rememberLines();
    memories.set(document, { version: document.version, lines });
    return lines;
  };
  const readLine = (document: TextDocument, line: number): ScannedLine =>
    recall(document).read(line, () => document.lineAt(line).text);

  const changes = workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    const known = memories.get(document);
    if (known === undefined) return;
    // The ranges are those of the text before, the last one first: each leaves the lines of the next in place.
    const ordered = contentChanges.toSorted((a, b) => b.rangeOffset - a.rangeOffset);
    for (const { range, text } of ordered) known.lines.replace(range.start.line, range.end.line, text);
    known.version = document.version;
  });
  const closings = workspace.onDidCloseTextDocument((document) => memories.delete(document));

  return {
    findAt(document, { line, character }) {
      const found = findTokenAt(document.lineAt(line).text, character);
      return found && { line, found };
    },
    async findAll(document, most, cancellation) {
      const tokens: PlacedToken[] = [];
      const keys: PlacedKey[] = [];
      const { version } = document;
      let until = performance.now() + SLICE_MS;
      for (let line = 0; line < document.lineCount && tokens.length + keys.length < most; line++) {
        if (performance.now() > until) {
          await new Promise((resolve) => setTimeout(resolve));
          // Whoever asked asks again for the text as it is now.
          if (cancellation.isCancellationRequested || document.isClosed || document.version !== version) return null;
          until = performance.now() + SLICE_MS;
        }
        const scanned = readLine(document, line);
        for (const found of scanned.tokens) tokens.push({ line, found });
        for (const sight of scanned.keys) if (isConfirmed(document, line, sight)) keys.push({ line, sight });
      }
      return { tokens: tokens.slice(0, most), keys: keys.slice(0, most) };
    },
    readFacts(document, place) {
      const known = facts.get(place.found);
      if (known !== undefined) return known;
      const read = readFacts(readToken(document, place));
      facts.set(place.found, read);
      return read;
    },
    dispose: () => Disposable.from(changes, closings).dispose(),
  };
}

function isConfirmed(document: TextDocument, line: number, { kind, start, end }: KeySight): boolean {
  const { text } = document.lineAt(line);
  const before = text.slice(Math.max(0, start - KEY_SURROUNDINGS), start);
  const after = text.slice(end, end + KEY_SURROUNDINGS);
  return isPrivateKey(kind, joinLines(document, line, -1, before), joinLines(document, line, 1, after));
}

/** `part` of a line with whole lines before or behind it, as far as `KEY_SURROUNDINGS` goes. */
function joinLines(document: TextDocument, line: number, step: 1 | -1, part: string): string {
  let text = part;
  for (let at = line + step; at >= 0 && at < document.lineCount && text.length < KEY_SURROUNDINGS; at += step) {
    const next = document.lineAt(at).text;
    text = step > 0 ? `${text}\n${next.slice(0, KEY_SURROUNDINGS)}` : `${next.slice(-KEY_SURROUNDINGS)}\n${text}`;
  }
  return text;
}
