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
import { type DocumentFinds, type DocumentScans, readToken } from './document-scans.ts';
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
const LONGEST_WAIT_SECONDS = 3_600;

/**
 * Follows the visible editors. Tokens in them are observed, so that their verdicts are live, and one timer for all of
 * them fires when words about an expiry get old.
 */
export function followVisibleTokens(scans: DocumentScans, watches: WatchList): VisibleTokens {
  const changed = new EventEmitter<void>();
  const aged = new EventEmitter<void>();
  const observed = new Map<string, Disposable>();
  let finds: ReadonlyMap<TextDocument, DocumentFinds> = new Map();
  let pending: NodeJS.Timeout | undefined;
  let ageing: NodeJS.Timeout | undefined;
  let cancellation = new CancellationTokenSource();

  const look = async () => {
    cancellation.cancel();
    cancellation.dispose();
    cancellation = new CancellationTokenSource();
    const { token: cancelled } = cancellation;
    const next = new Map<TextDocument, DocumentFinds>();
    for (const document of new Set(window.visibleTextEditors.map((editor) => editor.document))) {
      if (!isDetected(document)) continue;
      const found = await scans.findAll(document, MOST_TOKENS + 1, cancelled);
      if (cancelled.isCancellationRequested) return;
      // Null: it was changed or closed meanwhile, and the look that follows is already due.
      if (found !== null) next.set(document, found);
    }
    finds = next;
    observe();
    waitForAge();
    changed.fire();
  };

  const observe = () => {
    const visible = new Set<string>();
    for (const [document, { tokens }] of finds) {
      if (tokens.length > MOST_TOKENS) continue;
      for (const place of tokens) visible.add(readToken(document, place));
    }
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
    for (const [document, { tokens }] of finds) {
      if (document.isClosed) continue;
      for (const place of tokens) {
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
    pending = setTimeout(() => void look(), delay);
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
