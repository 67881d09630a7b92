import { Diagnostic, DiagnosticSeverity, Disposable, languages, Range, type TextDocument, workspace } from 'vscode';
import { SECTION } from '../../contributions.ts';
import { type DocumentFinds, type DocumentScans, isOf } from './document-scans.ts';
import { fileOf } from './file-of.ts';
import type { GitTracking } from './git-tracking.ts';
import type { IgnoredProblems } from './ignored-problems.ts';
import {
  capSeverity,
  describePrivateKey,
  describeTrackedToken,
  listTokenProblems,
  looksReal,
  type Problem,
  type Severity,
} from './list-problems.ts';
import { readHighestSeverity } from './read-settings.ts';
import { MOST_TOKENS, type VisibleTokens } from './visible-tokens.ts';

/** What our diagnostics are known by in the Problems view and to the quick fixes. */
export const SOURCE = 'Mintmark';

const LEVELS: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Keeps the problems of the visible documents up to date; those of a document go when it is closed. */
export function reportProblems(
  scans: DocumentScans,
  visible: VisibleTokens,
  ignored: IgnoredProblems,
  git: GitTracking,
): Disposable {
  const collection = languages.createDiagnosticCollection('mintmark');
  let round = 0;

  const report = async () => {
    const mine = ++round;
    for (const [document, finds] of visible.finds) {
      const highest = readHighestSeverity(document);
      if (highest === null) {
        collection.delete(document.uri);
        continue;
      }
      if (!isOf(finds, document)) continue;
      const nowSeconds = Date.now() / 1_000;
      const tracked = hasRealToken(scans, document, finds, nowSeconds) && (await git.isTracked(document));
      if (mine !== round) return;
      if (!isOf(finds, document)) continue;
      const problems = [...listKeys(document, finds), ...listTokens(scans, document, finds, nowSeconds, tracked)];
      collection.set(
        document.uri,
        problems
          .filter(({ problem }) => !ignored.has(document.uri, problem.code))
          .map(({ range, problem }) => makeDiagnostic(range, problem, highest)),
      );
    }
  };
  const reportNow = () => void report();
  /** Also in the background, where nobody looks again: what is not looked at has no problems. */
  const dropUnwanted = () => {
    round += 1;
    for (const document of workspace.textDocuments) {
      if (readHighestSeverity(document) === null) collection.delete(document.uri);
    }
  };
  const listeners = [
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(SECTION) && dropUnwanted()),
    visible.onDidChange(reportNow),
    visible.onDidAge(reportNow),
    ignored.onDidChange(reportNow),
    git.onDidChange(reportNow),
    workspace.onDidCloseTextDocument(({ uri }) => collection.delete(uri)),
  ];
  return { dispose: () => Disposable.from(...listeners, collection).dispose() };
}

interface PlacedProblem {
  readonly range: Range;
  readonly problem: Problem;
}

function hasRealToken(
  scans: DocumentScans,
  document: TextDocument,
  { tokens }: DocumentFinds,
  nowSeconds: number,
): boolean {
  return tokens.some((place) => looksReal(scans.readFacts(document, place), nowSeconds));
}

function* listTokens(
  scans: DocumentScans,
  document: TextDocument,
  { tokens }: DocumentFinds,
  nowSeconds: number,
  tracked: boolean,
): Generator<PlacedProblem> {
  for (const place of tokens.slice(0, MOST_TOKENS)) {
    const range = new Range(place.line, place.found.start, place.line, place.found.end);
    const facts = scans.readFacts(document, place);
    for (const problem of listTokenProblems(facts, nowSeconds)) yield { range, problem };
    if (tracked && looksReal(facts, nowSeconds)) yield { range, problem: describeTrackedToken() };
  }
}

/** A key in a file outside the workspace is somebody's key where it belongs. */
function* listKeys(document: TextDocument, { keys }: DocumentFinds): Generator<PlacedProblem> {
  if (workspace.getWorkspaceFolder(fileOf(document)) === undefined) return;
  for (const { line, sight } of keys) {
    yield { range: new Range(line, sight.start, line, sight.end), problem: describePrivateKey(sight.kind) };
  }
}

function makeDiagnostic(range: Range, { code, message, severity }: Problem, highest: Severity): Diagnostic {
  const diagnostic = new Diagnostic(range, message, LEVELS[capSeverity(severity, highest)]);
  diagnostic.source = SOURCE;
  diagnostic.code = code;
  return diagnostic;
}
