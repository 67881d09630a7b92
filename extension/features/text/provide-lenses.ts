import { type CancellationToken, CodeLens, l10n, Position, Range, type TextDocument } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { type DocumentScans, type PlacedToken, readToken } from './document-scans.ts';
import { groupBy } from './group-by.ts';
import { writeLensTitle } from './lens-title.ts';
import { hasLenses } from './read-settings.ts';
import { makePlace } from './token-place.ts';
import { MOST_TOKENS } from './visible-tokens.ts';

/** More tokens on one line would make a line of lenses that nobody reads. */
const MOST_ON_LINE = 4;

/** `accepted · local issuer · expires in 4 min | Inspect | Watch` above each token. */
export async function provideLenses(
  scans: DocumentScans,
  context: FeatureContext,
  document: TextDocument,
  cancellation: CancellationToken,
): Promise<CodeLens[]> {
  if (!hasLenses(document)) return [];
  const finds = await scans.findAll(document, MOST_TOKENS + 1, cancellation);
  if (finds === null || finds.tokens.length > MOST_TOKENS) return [];
  return [...groupBy(finds.tokens, ({ line }) => line).values()].flatMap((places) =>
    places
      .slice(0, MOST_ON_LINE)
      .flatMap((place, index) => makeLenses(scans, context, document, place, places.length > 1 ? index + 1 : null)),
  );
}

/** `number` tells apart the tokens of one line; null where there is one only. */
function makeLenses(
  scans: DocumentScans,
  { session, watches }: FeatureContext,
  document: TextDocument,
  place: PlacedToken,
  number: number | null,
): CodeLens[] {
  const { line, found } = place;
  const token = readToken(document, place);
  const verdict = watches.verdictOf(token);
  const title = writeLensTitle(scans.readFacts(document, place), verdict, Date.now() / 1_000);
  const argument = makePlace(document.uri, new Position(line, found.start));
  const range = new Range(line, found.start, line, found.end);
  const lens = (text: string, command: string) =>
    new CodeLens(range, { title: text, command, arguments: command === '' ? [] : [argument] });
  const lenses = [
    lens(number === null ? title : `(${number}) ${title}`, ''),
    lens(l10n.t('Inspect'), COMMANDS.inspectToken),
  ];
  // A token that is watched can be let go even where no watch can begin.
  if (watches.pinned.some((watched) => watched.token === token)) {
    lenses.push(lens(l10n.t('Stop Watching'), COMMANDS.unwatchToken));
  } else if (session.state.kind !== 'unavailable') {
    lenses.push(lens(l10n.t('Watch'), COMMANDS.watchToken));
  }
  return lenses;
}
