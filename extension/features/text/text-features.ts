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
import { provideLenses } from './provide-lenses.ts';
import { reportProblems } from './report-problems.ts';
import { followVisibleTokens } from './visible-tokens.ts';

const BURST_MS = 50;

/** What the providers of this window share: one memory of what lies where, one timer, one list of problems. */
export interface TextFeatures extends Disposable {
  provideHover(document: TextDocument, position: Position): Hover | null;
  provideLenses(document: TextDocument, cancellation: CancellationToken): Promise<CodeLens[]>;
  provideFixes(document: TextDocument, problems: readonly Diagnostic[]): CodeAction[];
  ignoreProblem(uri: string, code: string): void;
}

/** `onLensesChange` is told when the words of lenses should be written anew. */
export function createTextFeatures(context: FeatureContext, onLensesChange: () => void): TextFeatures {
  const { session, watches, log } = context;
  const scans = scanDocuments();
  const visible = followVisibleTokens(scans, watches, (error) => log.warn('visible tokens', error));
  const ignored = rememberIgnored();
  const git = followGitTracking((error) => log.warn('git', error));
  let refresh: NodeJS.Timeout | undefined;
  // Verdicts come in bursts: a rotation changes all of them at once.
  const refreshSoon = () => {
    refresh ??= setTimeout(() => {
      refresh = undefined;
      onLensesChange();
    }, BURST_MS);
  };
  const parts = Disposable.from(
    reportProblems(scans, visible, ignored, git),
    visible,
    scans,
    ignored,
    git,
    visible.onDidChange(refreshSoon),
    visible.onDidAge(refreshSoon),
    watches.onDidChange(refreshSoon),
    session.onDidChangeState(refreshSoon),
    { dispose: () => clearTimeout(refresh) },
  );
  return {
    provideHover: (document, position) => provideHover(scans, watches, document, position),
    provideLenses: (document, cancellation) => provideLenses(scans, context, document, cancellation),
    provideFixes: (document, problems) => provideFixes(context, document, problems),
    ignoreProblem: (uri, code) => ignored.ignore(Uri.parse(uri), code),
    dispose: () => parts.dispose(),
  };
}
