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
   * does so by itself within a moment, unless it lost the focus meanwhile. One that does not heed is given up.
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
    givenTo = new Map([...givenTo].filter(([document]) => shown.has(document)));
    reminders = new WeakMap();
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
    isUnasked: (hasTokens) =>
      listShown()
        .filter((document) => awaitsAsking(document, hasTokens(document)))
        .map(remind)
        .includes(true),
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
