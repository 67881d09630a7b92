import { type CancellationToken, CodeLens, type Command, l10n, Position, Range, type TextDocument } from 'vscode';
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

/** What a lens says whose token has gone or changed: new ones are on their way. */
const CHANGING = '…';

/**
 * `accepted · local issuer · expires in 4 min | Inspect | Watch` above each token.
 *
 * The editor keeps the words of lenses by the file's name and its number of lines, and shows
 * them when the file is opened again, whatever it says by then, until it has asked anew. So
 * lenses are provided without words, which makes it forget the old ones at once, and get
 * theirs when they are resolved, as late as can be. What makes it ask is in text-features.
 */
export interface Lenses {
  provide(document: TextDocument, cancellation: CancellationToken): Promise<CodeLens[]>;
  /** The same lens with words, as of now. */
  resolve(lens: CodeLens): CodeLens;
}

export function createLenses(scans: DocumentScans, { session, watches }: FeatureContext): Lenses {
  const writers = new WeakMap<CodeLens, () => Command>();

  /** `number` tells apart the tokens of one line; null where there is one only. */
  const makeLenses = (document: TextDocument, place: PlacedToken, number: number | null): CodeLens[] => {
    const { line, found } = place;
    const token = readToken(document, place);
    const range = new Range(line, found.start, line, found.end);
    const argument = makePlace(document.uri, new Position(line, found.start));
    const isThere = () => !document.isClosed && line < document.lineCount && readToken(document, place) === token;
    // A token that is watched can be let go even where no watch can begin.
    const isWatched = () => watches.pinned.some((watched) => watched.token === token);

    const writeVerdict = () => {
      if (!isThere()) return CHANGING;
      const title = writeLensTitle(scans.readFacts(document, place), watches.verdictOf(token), Date.now() / 1_000);
      return number === null ? title : `(${number}) ${title}`;
    };
    const offer = (title: string, command: string): Command => ({ title, command, arguments: [argument] });
    const offerWatch = () =>
      isWatched() ? offer(l10n.t('Stop Watching'), COMMANDS.unwatchToken) : offer(l10n.t('Watch'), COMMANDS.watchToken);

    const lens = (write: () => Command) => {
      const made = new CodeLens(range);
      writers.set(made, write);
      return made;
    };
    return [
      lens(() => ({ title: writeVerdict(), command: '', arguments: [] })),
      lens(() => offer(l10n.t('Inspect'), COMMANDS.inspectToken)),
      ...(isWatched() || session.state.kind !== 'unavailable' ? [lens(offerWatch)] : []),
    ];
  };

  return {
    async provide(document, cancellation) {
      if (!hasLenses(document)) return [];
      const finds = await scans.findAll(document, MOST_TOKENS + 1, cancellation);
      if (finds === null || finds.tokens.length > MOST_TOKENS) return [];
      return [...groupBy(finds.tokens, ({ line }) => line).values()].flatMap((places) =>
        places
          .slice(0, MOST_ON_LINE)
          .flatMap((place, index) => makeLenses(document, place, places.length > 1 ? index + 1 : null)),
      );
    },
    resolve(lens) {
      const write = writers.get(lens);
      return write === undefined ? lens : new CodeLens(lens.range, write());
    },
  };
}
