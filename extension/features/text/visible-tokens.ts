import {
  CancellationTokenSource,
  Disposable,
  type Event,
  EventEmitter,
  type TextDocument,
  window,
  workspace,
} from 'vscode';
import { SECTION } from '../../contributions.ts';
import type { WatchList } from '../../daemon/watch-list.ts';
import { type DocumentFinds, type DocumentScans, isOf, readToken } from './document-scans.ts';
import { secondsUntilWordsChange } from './next-words.ts';
import { isDetected } from './read-settings.ts';

/** A document with more tokens than this is a dump: it gets no lenses, no watches and no endless list of problems. */
export const MOST_TOKENS = 200;

/** What the visible editors show, kept up to date while people type and time passes. */
export interface VisibleTokens extends Disposable {
  readonly finds: ReadonlyMap<TextDocument, DocumentFinds>;
  /** Other tokens or keys are visible, or they stand elsewhere. */
  readonly onDidChange: Event<void>;
  /** The words about some expiry should be written anew. */
  readonly onDidAge: Event<void>;
}

const SETTLE_MS = 250;
/** What is visible is looked at this often even while one of the documents never comes to rest. */
const LONGEST_SETTLE_MS = 1_000;
const LONGEST_WAIT_SECONDS = 3_600;

/**
 * Follows the visible editors. Tokens in them are observed, so that their verdicts are live, and one timer for all of
 * them fires when words about an expiry get old.
 */
export function followVisibleTokens(
  scans: DocumentScans,
  watches: WatchList,
  report: (error: unknown) => void,
): VisibleTokens {
  const changed = new EventEmitter<void>();
  const aged = new EventEmitter<void>();
  const observed = new Map<string, Disposable>();
  let finds: ReadonlyMap<TextDocument, DocumentFinds> = new Map();
  /** The tokens of each document; of one that changes just now those that it had. */
  let tokensOf: ReadonlyMap<TextDocument, readonly string[]> = new Map();
  let pending: NodeJS.Timeout | undefined;
  let waitingSince: number | null = null;
  let ageing: NodeJS.Timeout | undefined;
  let cancellation = new CancellationTokenSource();

  const look = async () => {
    cancellation.cancel();
    cancellation.dispose();
    cancellation = new CancellationTokenSource();
    const { token: cancelled } = cancellation;
    const scanned: [TextDocument, DocumentFinds | null][] = [];
    for (const document of new Set(window.visibleTextEditors.map((editor) => editor.document))) {
      if (!isDetected(document)) continue;
      scanned.push([document, await scans.findAll(document, MOST_TOKENS + 1, cancelled)]);
      if (cancelled.isCancellationRequested) return;
    }
    const next = new Map<TextDocument, DocumentFinds>();
    const nextTokens = new Map<TextDocument, readonly string[]>();
    for (const [document, found] of scanned) {
      // What was found may not be there any more, also since others were scanned after
      // it: the next look is already due.
      if (found === null || !isOf(found, document)) nextTokens.set(document, tokensOf.get(document) ?? []);
      else {
        next.set(document, found);
        nextTokens.set(document, readTokens(document, found));
      }
    }
    finds = next;
    tokensOf = nextTokens;
    observe();
    waitForAge();
    changed.fire();
  };

  const observe = () => {
    const visible = new Set([...tokensOf.values()].flat());
    for (const token of visible) if (!observed.has(token)) observed.set(token, watches.observe(token));
    for (const [token, watch] of observed) {
      if (visible.has(token)) continue;
      observed.delete(token);
      watch.dispose();
    }
  };

  const waitForAge = () => {
    clearTimeout(ageing);
    const now = Date.now() / 1_000;
    let wait = Number.POSITIVE_INFINITY;
    for (const [document, found] of finds) {
      if (!isOf(found, document)) continue;
      for (const place of found.tokens) {
        const { expiresAt } = scans.readFacts(document, place);
        if (expiresAt !== null) wait = Math.min(wait, secondsUntilWordsChange(expiresAt, now));
      }
    }
    if (wait === Number.POSITIVE_INFINITY) return;
    ageing = setTimeout(() => {
      aged.fire();
      waitForAge();
    }, Math.min(wait, LONGEST_WAIT_SECONDS) * 1_000);
  };

  const lookSoon = (delay = SETTLE_MS) => {
    clearTimeout(pending);
    const now = performance.now();
    waitingSince ??= now;
    pending = setTimeout(
      () => {
        waitingSince = null;
        look().catch(report);
      },
      Math.max(0, Math.min(delay, waitingSince + LONGEST_SETTLE_MS - now)),
    );
  };
  const isVisible = (document: TextDocument) =>
    window.visibleTextEditors.some((editor) => editor.document === document);
  const listeners = [
    window.onDidChangeVisibleTextEditors(() => lookSoon(0)),
    workspace.onDidChangeTextDocument(({ document }) => isVisible(document) && lookSoon()),
    // A document whose language is changed is closed and opened anew.
    workspace.onDidOpenTextDocument((document) => isVisible(document) && lookSoon(0)),
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(SECTION) && lookSoon(0)),
  ];
  lookSoon(0);

  return {
    get finds() {
      return finds;
    },
    onDidChange: changed.event,
    onDidAge: aged.event,
    dispose() {
      clearTimeout(pending);
      clearTimeout(ageing);
      cancellation.cancel();
      Disposable.from(cancellation, ...listeners, ...observed.values(), changed, aged).dispose();
      observed.clear();
    },
  };
}

function readTokens(document: TextDocument, { tokens }: DocumentFinds): readonly string[] {
  return tokens.length > MOST_TOKENS ? [] : tokens.map((place) => readToken(document, place));
}
