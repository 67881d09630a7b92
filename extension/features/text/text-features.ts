import {
  type CancellationToken,
  type CodeAction,
  type CodeLens,
  type Diagnostic,
  Disposable,
  type Hover,
  type Position,
  type TextDocument,
  Uri,
} from 'vscode';
import type { FeatureContext } from '../../feature-context.ts';
import { scanDocuments } from './document-scans.ts';
import { followGitTracking } from './git-tracking.ts';
import { rememberIgnored } from './ignored-problems.ts';
import { provideFixes } from './provide-fixes.ts';
import { provideHover } from './provide-hover.ts';
import { createLenses } from './provide-lenses.ts';
import { reportProblems } from './report-problems.ts';
import { followVisibleTokens } from './visible-tokens.ts';
import { warnOfSettings } from './warn-of-settings.ts';

const BURST_MS = 50;
/**
 * The editor asks for lenses some 250 ms after it is told to or a text changed, and not at all when it loses the focus
 * in between: the words of a token that is no longer there would stay. So it is told again where it has not asked, soon
 * and when the person's hand has come to rest.
 */
const AGAIN_MS = [750, 2_500];

/** What the providers of this window share: one memory of what lies where, one timer, one list of problems. */
export interface TextFeatures extends Disposable {
  provideHover(document: TextDocument, position: Position): Hover | null;
  provideLenses(document: TextDocument, cancellation: CancellationToken): Promise<CodeLens[]>;
  resolveLens(lens: CodeLens): CodeLens;
  provideFixes(document: TextDocument, problems: readonly Diagnostic[]): CodeAction[];
  ignoreProblem(uri: string, code: string): void;
}

/** `onLensesChange` is told when the words of lenses should be written anew, and not while they are as they should. */
export function createTextFeatures(context: FeatureContext, onLensesChange: () => void): TextFeatures {
  const { session, watches, log } = context;
  const scans = scanDocuments();
  const visible = followVisibleTokens(scans, watches, (error) => log.warn('visible tokens', error));
  const ignored = rememberIgnored();
  const git = followGitTracking((error) => log.warn('git', error));
  const lenses = createLenses(scans, visible, context);
  let refresh: NodeJS.Timeout | undefined;
  let again: NodeJS.Timeout[] = [];
  const tellAgain = () => {
    if (lenses.isOutdated() || lenses.isUnasked()) onLensesChange();
  };
  // Verdicts come in bursts: a rotation changes all of them at once.
  const refreshSoon = () => {
    refresh ??= setTimeout(() => {
      refresh = undefined;
      if (lenses.isOutdated()) onLensesChange();
      again.forEach(clearTimeout);
      again = AGAIN_MS.map((ms) => setTimeout(tellAgain, ms));
    }, BURST_MS);
  };
  const parts = Disposable.from(
    warnOfSettings(log),
    reportProblems(scans, visible, ignored, git),
    lenses,
    visible,
    scans,
    ignored,
    git,
    visible.onDidChange(refreshSoon),
    visible.onDidAge(refreshSoon),
    watches.onDidChange(refreshSoon),
    session.onDidChangeState(refreshSoon),
    {
      dispose() {
        clearTimeout(refresh);
        again.forEach(clearTimeout);
      },
    },
  );
  return {
    provideHover: (document, position) => provideHover(scans, watches, document, position),
    provideLenses: lenses.provide,
    resolveLens: lenses.resolve,
    provideFixes: (document, problems) => provideFixes(context, document, problems),
    ignoreProblem: (uri, code) => ignored.ignore(Uri.parse(uri), code),
    dispose: () => parts.dispose(),
  };
}
