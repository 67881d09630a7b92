import { CodeActionKind, Disposable, EventEmitter, l10n, languages, type TerminalLinkProvider, window } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { registerCommand } from '../../run-command.ts';
import { FIX_COMMANDS } from './fix-commands.ts';
import type { TokenLink } from './terminal-links.ts';
import type { TextFeatures } from './text-features.ts';

/** Files, untitled and virtual documents, both sides of a diff, output: every language of every scheme. */
const ANYWHERE = { scheme: '*' };

/**
 * Tokens where they are: hover, lenses, problems with fixes, terminal links and the commands that work on one token.
 * It only registers; what is behind is loaded when the editor first asks, or has shown its first documents.
 */
export function registerText(context: FeatureContext): Disposable {
  const lenses = new EventEmitter<void>();
  const { load, dispose } = loadOnce(context, () => lenses.fire());
  const start = setTimeout(() => void load());
  const commandsOf = () => import('./token-commands.ts');
  return Disposable.from(
    { dispose: () => clearTimeout(start) },
    { dispose },
    lenses,
    languages.registerHoverProvider(ANYWHERE, {
      provideHover: async (document, position) => (await load()).provideHover(document, position),
    }),
    languages.registerCodeLensProvider(ANYWHERE, {
      onDidChangeCodeLenses: lenses.event,
      provideCodeLenses: async (document, cancellation) => (await load()).provideLenses(document, cancellation),
      resolveCodeLens: async (lens) => (await load()).resolveLens(lens),
    }),
    languages.registerCodeActionsProvider(
      ANYWHERE,
      {
        provideCodeActions: async (document, _, { diagnostics }) =>
          diagnostics.length === 0 ? [] : (await load()).provideFixes(document, diagnostics),
      },
      { providedCodeActionKinds: [CodeActionKind.QuickFix] },
    ),
    window.registerTerminalLinkProvider(linkTerminals(context)),
    registerCommand(context, COMMANDS.inspectToken, async (argument) =>
      (await commandsOf()).inspectToken(context, argument),
    ),
    registerCommand(context, COMMANDS.verifyToken, async (argument) =>
      (await commandsOf()).verifyToken(context, argument),
    ),
    registerCommand(context, COMMANDS.watchToken, async (argument) =>
      (await commandsOf()).watchToken(context, argument),
    ),
    registerCommand(context, COMMANDS.unwatchToken, async (argument) =>
      (await commandsOf()).unwatchToken(context, argument),
    ),
    registerCommand(context, COMMANDS.copyTokenRedacted, async (argument) =>
      (await commandsOf()).copyTokenRedacted(context, argument),
    ),
    registerCommand(context, FIX_COMMANDS.mintReplacement, async (argument) =>
      (await import('./mint-replacement.ts')).mintReplacement(context.session, argument),
    ),
    registerCommand(context, FIX_COMMANDS.ignoreFile, async (argument) =>
      (await import('./ignore-file.ts')).ignoreFile(argument),
    ),
    registerCommand(context, FIX_COMMANDS.ignoreProblem, async (argument) => {
      if (isProblemInFile(argument)) (await load()).ignoreProblem(argument.uri, argument.code);
    }),
  );
}

function linkTerminals(context: FeatureContext): TerminalLinkProvider<TokenLink> {
  return {
    provideTerminalLinks: async ({ line }) => (await import('./terminal-links.ts')).findTerminalLinks(line),
    handleTerminalLink: async ({ token }) =>
      (await import('./inspect-gathered.ts')).inspectGathered(context, { token, source: l10n.t('terminal') }),
  };
}

/** Loads the features at the first call, and disposes of them also when they arrive too late. */
function loadOnce(
  context: FeatureContext,
  onLensesChange: () => void,
): { load: () => Promise<TextFeatures>; dispose: () => void } {
  let loading: Promise<TextFeatures> | undefined;
  const load = async () => (await import('./text-features.ts')).createTextFeatures(context, onLensesChange);
  return {
    load: () => {
      loading ??= load();
      return loading;
    },
    dispose: () => {
      void loading?.then((features) => features.dispose());
    },
  };
}

function isProblemInFile(argument: unknown): argument is { readonly uri: string; readonly code: string } {
  if (typeof argument !== 'object' || argument === null) return false;
  const { uri, code }: { uri?: unknown; code?: unknown } = argument;
  return typeof uri === 'string' && typeof code === 'string';
}
