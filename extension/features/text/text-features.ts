import type { Diagnostic, Position, TextDocument } from 'vscode';
import { type CancellationToken, type CodeAction, type CodeLens, Disposable, type Hover, Uri } from 'vscode';
import type { FeatureContext } from '../../feature-context.ts';
import { scanDocuments } from './document-scans.ts';
import { followGitTracking } from './git-tracking.ts';
import { rememberIgnored } from './ignored-problems.ts';
import { provideFixes } from './provide-fixes.ts';
import { provideHover } from './provide-hover.ts';
import { provideLenses } from './provide-lenses.ts';
import { reportProblems } from './report-problems.ts';
import { followVisibleTokens } from './visible-tokens.ts';

/** What the providers of this window share: one memory of what lies where, one timer, one list of problems. */
export interface TextFeatures extends Disposable {
  provideHover(document: TextDocument, position: Position): Hover | null;
  provideLenses(document: TextDocument, cancellation: CancellationToken): Promise<CodeLens[]>;
  provideFixes(document: TextDocument, problems: readonly Diagnostic[]): CodeAction[];
  ignoreProblem(uri: string, code: string): void;
}

/** `onLensesChange` is told when the words of lenses should be written anew. */
export function createTextFeatures(context: FeatureContext, onLensesChange: () => void): TextFeatures {
  const { session, watches } = context;
  const scans = scanDocuments();
  const visible = followVisibleTokens(scans, watches);
  const ignored = rememberIgnored();
  const git = followGitTracking();
  const parts = Disposable.from(
    reportProblems(scans, visible, ignored, git),
    visible,
    scans,
    ignored,
    git,
    visible.onDidChange(onLensesChange),
    visible.onDidAge(onLensesChange),
    watches.onDidChange(onLensesChange),
    session.onDidChangeState(onLensesChange),
  );
  return {
    provideHover: (document, position) => provideHover(scans, watches, document, position),
    provideLenses: (document, cancellation) => provideLenses(scans, context, document, cancellation),
    provideFixes: (document, problems) => provideFixes(context, document, problems),
    ignoreProblem: (uri, code) => ignored.ignore(Uri.parse(uri), code),
    dispose: () => parts.dispose(),
  };
}
