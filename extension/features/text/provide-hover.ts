import { Hover, MarkdownString, type Position, Range, type TextDocument } from 'vscode';
import type { WatchList } from '../../daemon/watch-list.ts';
import { type DocumentScans, readToken } from './document-scans.ts';
import { isDetected } from './read-settings.ts';
import { writeHover } from './write-hover.ts';

/**
 * Explains the token under the pointer. Nothing is asked of anybody for it: the verdict is the last one that a watch
 * brought, and there is none when nobody watches.
 */
export function provideHover(
  scans: DocumentScans,
  watches: WatchList,
  document: TextDocument,
  position: Position,
): Hover | null {
  if (!isDetected(document)) return null;
  const place = scans.findAt(document, position);
  if (place === null) return null;
  const verdict = watches.verdictOf(readToken(document, place));
  const text = new MarkdownString(writeHover(scans.readFacts(document, place), verdict, Date.now() / 1_000));
  text.isTrusted = false;
  text.supportHtml = false;
  text.supportThemeIcons = false;
  return new Hover(text, new Range(place.line, place.found.start, place.line, place.found.end));
}
