import { CodeLens, type Command, type Disposable, type TextDocument, type TextEditor, window } from 'vscode';

/** A lens with what it says, which may change. */
export interface LensDraft {
  readonly lens: CodeLens;
  readonly write: () => Command;
}

/**
 * What the editor was given for the documents that it shows. Whoever wants lenses written anew asks here whether that
 * is needed: an editor that is told to ask again while it resolves lenses can keep the commands of those of before,
 * which it has released, and a click on them goes nowhere.
 */
export interface GivenLenses extends Disposable {
  /** Notes what the editor gets for a document as it is now; `situation` names all else that decides which these are. */
  give(document: TextDocument, situation: string, drafts: readonly LensDraft[]): void;
  /** The same lens with words, as of now. */
  resolve(lens: CodeLens): CodeLens;
  /** Would some lens say something else now, or others stand there, in a text that is still the same? */
  isOutdated(readSituation: (document: TextDocument) => string): boolean;
  /**
   * Has the editor not asked since a text with lenses was shown or changed, or not for the words of one in view? It
   * does so by itself within a moment, unless it lost the focus meanwhile. One that does not heed is given up. Of the
   * halves of a split editor each asks for itself.
   */
  isUnasked(hasTokens: (document: TextDocument) => boolean): boolean;
}

interface Given {
  readonly version: number;
  readonly situation: string;
  readonly drafts: readonly LensDraft[];
}

/** An editor without lenses, as that of differences is, would be reminded for ever. */
const MOST_REMINDERS = 2;

export function rememberGivenLenses(): GivenLenses {
  const known = new WeakMap<CodeLens, { readonly document: TextDocument; readonly write: () => Command }>();
  /** What the editor shows of a lens. */
  const words = new WeakMap<CodeLens, string>();
  /** Each editor of a document asks for itself; the newest last. */
  let givenTo: ReadonlyMap<TextDocument, readonly Given[]> = new Map();
  let reminders = new WeakMap<TextDocument, { readonly version: number; readonly count: number }>();
  /** The version of a text of which another editor was reminded: never a second time, whatever the others ask. */
  const completed = new WeakMap<TextDocument, number>();
  /** In how many editors each text is shown. */
  let counts: ReadonlyMap<TextDocument, number> = new Map();

  const listShown = () => [...new Set(window.visibleTextEditors.map(({ document }) => document))];
  const listEditors = (document: TextDocument) => window.visibleTextEditors.filter((one) => one.document === document);
  const isOld = ({ lens, write }: LensDraft): boolean => {
    const shown = words.get(lens);
    return shown !== undefined && shown !== describe(write());
  };
  const awaitsAsking = (document: TextDocument, hasTokens: boolean): boolean => {
    const newest = givenTo.get(document)?.at(-1);
    if (newest === undefined) return hasTokens;
    if (newest.version !== document.version) return newest.drafts.length > 0 || hasTokens;
    const editors = listEditors(document);
    return newest.drafts.some(({ lens }) => !words.has(lens) && editors.some((editor) => isInView(editor, lens)));
  };
  /** Did fewer editors ask than show the text? Which did not, nobody says, nor whether one has lenses at all. */
  const awaitsOthers = (document: TextDocument): boolean => {
    const { version } = document;
    const given = givenTo.get(document) ?? [];
    const asked = given.filter((one) => one.version === version);
    if (asked.length === 0 || asked.length >= listEditors(document).length) return false;
    // Where no lens is, and none was before, none can be wrong.
    return given.some(({ drafts }) => drafts.length > 0) && completed.get(document) !== version;
  };
  const complete = (document: TextDocument): void => {
    completed.set(document, document.version);
  };
  const remind = (document: TextDocument): boolean => {
    const { version } = document;
    const last = reminders.get(document);
    const count = last?.version === version ? last.count + 1 : 1;
    reminders.set(document, { version, count });
    return count <= MOST_REMINDERS;
  };

  // What was hidden is asked for anew when it is shown.
  const hiding = window.onDidChangeVisibleTextEditors(() => {
    const shown = new Set(listShown());
    const kept = [...givenTo].filter(([document]) => shown.has(document));
    givenTo = new Map(kept.map(([document, given]) => [document, given.slice(-listEditors(document).length)]));
    reminders = new WeakMap();
    const now = new Map([...shown].map((document) => [document, listEditors(document).length]));
    for (const [document, count] of now) if (counts.get(document) !== count) completed.delete(document);
    counts = now;
  });

  return {
    give(document, situation, drafts) {
      for (const { lens, write } of drafts) known.set(lens, { document, write });
      const most = Math.max(1, listEditors(document).length);
      const given = [...(givenTo.get(document) ?? []), { version: document.version, situation, drafts }].slice(-most);
      givenTo = new Map([...givenTo, [document, given]]);
    },
    resolve(lens) {
      const found = known.get(lens);
      if (found === undefined) return lens;
      const command = found.write();
      words.set(lens, describe(command));
      reminders.delete(found.document);
      return new CodeLens(lens.range, command);
    },
    isOutdated: (readSituation) =>
      listShown().some((document) =>
        givenTo
          .get(document)
          ?.some(
            ({ version, situation, drafts }) =>
              version === document.version && (situation !== readSituation(document) || drafts.some(isOld)),
          ),
      ),
    isUnasked(hasTokens) {
      const shown = listShown();
      const others = shown.filter(awaitsOthers);
      others.forEach(complete);
      const reminded = shown.filter((document) => awaitsAsking(document, hasTokens(document))).map(remind);
      return others.length > 0 || reminded.includes(true);
    },
    dispose: () => hiding.dispose(),
  };
}

/** What of a command can be seen. Its arguments say where a token stands, which the version of the text decides. */
const describe = ({ title, command }: Command): string => JSON.stringify([title, command]);

/** Lenses stand above their line: above the first visible one they may be out of sight. */
function isInView({ visibleRanges }: TextEditor, { range }: CodeLens): boolean {
  const { line } = range.start;
  return visibleRanges.some(({ start, end }) => (start.line < line || line === 0) && line <= end.line);
}
