import {
  type CancellationToken,
  CodeLens,
  type Command,
  type Disposable,
  l10n,
  Position,
  Range,
  type TextDocument,
} from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { type DocumentScans, type PlacedToken, readToken } from './document-scans.ts';
import { type LensDraft, rememberGivenLenses } from './given-lenses.ts';
import { groupBy } from './group-by.ts';
import { writeLensTitle } from './lens-title.ts';
import { hasLenses } from './read-settings.ts';
import { makePlace } from './token-place.ts';
import { MOST_TOKENS, type VisibleTokens } from './visible-tokens.ts';

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
export interface Lenses extends Disposable {
  provide(document: TextDocument, cancellation: CancellationToken): Promise<CodeLens[]>;
  /** The same lens with words, as of now. */
  resolve(lens: CodeLens): CodeLens;
  /** Does the editor show lenses that say, or are, something else by now? */
  isOutdated(): boolean;
  /** Has it not asked for them since the text was shown or changed, or for their words? */
  isUnasked(): boolean;
}

export function createLenses(
  scans: DocumentScans,
  visible: Pick<VisibleTokens, 'finds'>,
  { session, watches }: Pick<FeatureContext, 'session' | 'watches'>,
): Lenses {
  const given = rememberGivenLenses();
  const canWatch = () => session.state.kind !== 'unavailable';
  const readSituation = (document: TextDocument) => JSON.stringify([hasLenses(document), canWatch()]);
  const hasTokens = (document: TextDocument) => {
    const count = visible.finds.get(document)?.tokens.length ?? 0;
    return count > 0 && count <= MOST_TOKENS && hasLenses(document);
  };

  /** `number` tells apart the tokens of one line; null where there is one only. */
  const makeLenses = (document: TextDocument, place: PlacedToken, number: number | null): LensDraft[] => {
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

    const lens = (write: () => Command): LensDraft => ({ lens: new CodeLens(range), write });
    return [
      lens(() => ({ title: writeVerdict(), command: '', arguments: [] })),
      lens(() => offer(l10n.t('Inspect'), COMMANDS.inspectToken)),
      ...(isWatched() || canWatch() ? [lens(offerWatch)] : []),
    ];
  };

  const draftAll = async (document: TextDocument, cancellation: CancellationToken) => {
    if (!hasLenses(document)) return [];
    const finds = await scans.findAll(document, MOST_TOKENS + 1, cancellation);
    if (finds === null) return null;
    if (finds.tokens.length > MOST_TOKENS) return [];
    return [...groupBy(finds.tokens, ({ line }) => line).values()].flatMap((places) =>
      places
        .slice(0, MOST_ON_LINE)
        .flatMap((place, index) => makeLenses(document, place, places.length > 1 ? index + 1 : null)),
    );
  };

  return {
    async provide(document, cancellation) {
      const drafts = await draftAll(document, cancellation);
      // Who does not wait for it any more asks again.
      if (drafts === null || cancellation.isCancellationRequested) return [];
      given.give(document, readSituation(document), drafts);
      return drafts.map(({ lens }) => lens);
    },
    resolve: given.resolve,
    isOutdated: () => given.isOutdated(readSituation),
    isUnasked: () => given.isUnasked(hasTokens),
    dispose: given.dispose,
  };
}
