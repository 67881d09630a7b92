import { type CancellationToken, Disposable, type Position, type TextDocument, workspace } from 'vscode';
import type { FoundToken } from '../../../daemon/token/find-tokens.ts';
import { checkKeys, type KeyCheck, type PlacedKey } from './check-keys.ts';
import { rememberLookup } from './find-at.ts';
import type { KeySight } from './find-private-keys.ts';
import { type LineMemory, rememberLines, type ScannedLine } from './line-memory.ts';
import { readFacts, type TokenFacts } from './token-facts.ts';

/** A token in a document, as of one version of it. */
export interface PlacedToken {
  readonly line: number;
  readonly found: FoundToken;
}

export interface DocumentFinds {
  /** Of the document that this was found in: in another one it may stand elsewhere, or not at all. */
  readonly version: number;
  readonly tokens: readonly PlacedToken[];
  readonly keys: readonly PlacedKey[];
}

/** What lies in open documents, each line looked at once and again only when it changes. In memory only. */
export interface DocumentScans extends Disposable {
  /** The token at a position; looks at no more than the token's surroundings. */
  findAt(document: TextDocument, position: Position): PlacedToken | null;
  /**
   * Everything in a document, but no more than `most` tokens, and keys among the first `most` places that look like
   * one; null when it was cancelled meanwhile.
   */
  findAll(document: TextDocument, most: number, cancellation: CancellationToken): Promise<DocumentFinds | null>;
  readFacts(document: TextDocument, place: PlacedToken): TokenFacts;
}

export const readToken = (document: TextDocument, { line, found }: PlacedToken): string =>
  document.lineAt(line).text.slice(found.start, found.end);

/** Does it still stand where it was found? */
export const isOf = ({ version }: DocumentFinds, document: TextDocument): boolean =>
  !document.isClosed && document.version === version;

/** How long a scan keeps the extension host to itself, milliseconds. */
const SLICE_MS = 8;

export function scanDocuments(): DocumentScans {
  const memories = new WeakMap<TextDocument, { version: number; lines: LineMemory }>();
  const facts = new WeakMap<FoundToken, { readonly token: string; readonly read: TokenFacts }>();
  /** Whether something that looks like a key is one, as of a version: what stands around it may change. */
  const judged = new WeakMap<KeySight, { readonly version: number; readonly isKey: boolean }>();
  const lookUp = rememberLookup();

  const recall = (document: TextDocument): LineMemory => {
    const known = memories.get(document);
    if (known?.version === document.version) return known.lines;
    const lines = rememberLines();
    memories.set(document, { version: document.version, lines });
    return lines;
  };
  const readLine = (document: TextDocument, line: number): ScannedLine =>
    recall(document).read(line, () => document.lineAt(line).text);
  const isKey = ({ version }: TextDocument, place: PlacedKey, check: KeyCheck): boolean => {
    const known = judged.get(place.sight);
    if (known?.version === version) return known.isKey;
    const isKey = check.isKey(place);
    judged.set(place.sight, { version, isKey });
    return isKey;
  };

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
      const found = lookUp(document, line, character);
      return found && { line, found };
    },
    async findAll(document, most, cancellation) {
      const tokens: PlacedToken[] = [];
      const sights: PlacedKey[] = [];
      const keyTypes: number[] = [];
      const { version } = document;
      let until = performance.now() + SLICE_MS;
      const isLate = () => performance.now() > until;
      /** False when whoever asked has to ask again, for the text as it is now. */
      const giveWay = async (): Promise<boolean> => {
        await new Promise((resolve) => setTimeout(resolve));
        until = performance.now() + SLICE_MS;
        return !cancellation.isCancellationRequested && !document.isClosed && document.version === version;
      };
      for (let line = 0; line < document.lineCount; line++) {
        if (isLate() && !(await giveWay())) return null;
        const scanned = readLine(document, line);
        for (const found of scanned.tokens.slice(0, most - tokens.length)) tokens.push({ line, found });
        for (const sight of scanned.keys) sights.push({ line, sight });
        if (scanned.hasKeyType) keyTypes.push(line);
      }
      const check = checkKeys(document, keyTypes);
      const keys: PlacedKey[] = [];
      let candidates = 0;
      for (const place of sights) {
        if (candidates >= most) break;
        if (isLate() && !(await giveWay())) return null;
        if (!check.isCandidate(place)) continue;
        candidates++;
        if (isKey(document, place, check)) keys.push(place);
      }
      return { version, tokens, keys };
    },
    readFacts(document, place) {
      const token = readToken(document, place);
      const known = facts.get(place.found);
      if (known?.token === token) return known.read;
      const read = readFacts(token);
      facts.set(place.found, { token, read });
      return read;
    },
    dispose: () => Disposable.from(changes, closings).dispose(),
  };
}
