import type { CodeLensProvider, EventEmitter, TextDocument } from 'vscode';

type Happening =
  | 'shown'
  | 'changed'
  | 'opened'
  | 'closed'
  | 'saved'
  | 'notebook'
  | 'configured'
  | 'enabled'
  | 'repository'
  | 'headed'
  | 'rewritten';

/** The part of the editor that hands out documents and takes problems, as a test sees and plays it. */
export const world = {
  visible: [] as { document: unknown; visibleRanges: readonly unknown[] }[],
  /** Open, but not before the eyes of the person. */
  hidden: [] as unknown[],
  /** Open notebooks, by the documents of their cells. */
  notebooks: [] as { uri: unknown; getCells(): readonly { document: unknown }[] }[],
  problems: new Map<string, unknown[]>(),
  tracked: new Set<string>(),
  git: makeGit(),
  /** The one that was registered last. */
  lensProvider: undefined as CodeLensProvider | undefined,
  emitters: {} as Record<Happening, EventEmitter<unknown>>,
};

/**
 * The built-in Git extension: it activates itself some time after the window has opened, and then finds repositories.
 */
function makeGit() {
  const git = {
    isActive: false,
    isEnabled: true,
    hasRepository: true,
    activation: Promise.resolve(),
    activate: () => {},
  };
  git.activation = new Promise((resolve) => {
    git.activate = resolve;
  });
  return git;
}

/** Puts documents before the eyes of the person, from their first line on, and tells so. */
export function showDocuments(...documents: readonly TextDocument[]): void {
  world.visible = documents.map((document) => ({
    document,
    visibleRanges: [{ start: { line: 0 }, end: { line: document.lineCount - 1 } }],
  }));
  world.emitters.shown.fire(undefined);
}

export function resetWorld(): void {
  world.visible = [];
  world.hidden = [];
  world.notebooks = [];
  world.problems.clear();
  world.tracked.clear();
  world.git = makeGit();
  world.lensProvider = undefined;
}

type Stand = Record<string, Record<string, unknown>> & { EventEmitter: typeof EventEmitter };

/** The stand-in for `vscode` with documents in it: what `vi.mock('vscode', …)` is to give. */
export function playEditor(real: Stand) {
  const make = () => new real.EventEmitter<unknown>();
  const emitters = {
    shown: make(),
    changed: make(),
    opened: make(),
    closed: make(),
    saved: make(),
    notebook: make(),
    configured: make(),
    enabled: make(),
    repository: make(),
    headed: make(),
    rewritten: make(),
  };
  world.emitters = emitters;
  const repository = {
    getObjectDetails: async (_: string, path: string) => {
      if (!world.tracked.has(path)) throw new Error('Path not known by git');
    },
  };
  const git = {
    get enabled() {
      return world.git.isEnabled;
    },
    onDidChangeEnablement: emitters.enabled.event,
    getAPI: () => ({
      onDidOpenRepository: emitters.repository.event,
      getRepository: () => (world.git.hasRepository ? repository : null),
    }),
  };
  return {
    ...real,
    window: {
      ...real.window,
      get visibleTextEditors() {
        return world.visible;
      },
      onDidChangeVisibleTextEditors: emitters.shown.event,
    },
    workspace: {
      ...real.workspace,
      get textDocuments() {
        return [...world.visible.map(({ document }) => document), ...world.hidden];
      },
      onDidChangeTextDocument: emitters.changed.event,
      onDidOpenTextDocument: emitters.opened.event,
      onDidCloseTextDocument: emitters.closed.event,
      onDidSaveTextDocument: emitters.saved.event,
      get notebookDocuments() {
        return world.notebooks;
      },
      onDidSaveNotebookDocument: emitters.notebook.event,
      onDidChangeConfiguration: emitters.configured.event,
      createFileSystemWatcher: () => ({
        onDidChange: emitters.headed.event,
        onDidCreate: emitters.rewritten.event,
        dispose: () => {},
      }),
      getWorkspaceFolder: ({ scheme, path }: { scheme: string; path: string }) =>
        scheme === 'file' && path.startsWith('/project/') ? {} : undefined,
    },
    languages: {
      match: ({ pattern }: { pattern: string }, { uri }: TextDocument) =>
        uri.path.endsWith(pattern.replace('**/*', '')) ? 10 : 0,
      registerCodeLensProvider(_: unknown, provider: CodeLensProvider) {
        world.lensProvider = provider;
        return { dispose: () => {} };
      },
      createDiagnosticCollection: () => ({
        set: (uri: unknown, problems: unknown[]) => world.problems.set(String(uri), problems),
        delete: (uri: unknown) => world.problems.delete(String(uri)),
        dispose: () => world.problems.clear(),
      }),
    },
    extensions: {
      getExtension: () => ({
        get isActive() {
          return world.git.isActive;
        },
        get exports() {
          return world.git.isActive ? git : undefined;
        },
        activate: async () => {
          await world.git.activation;
          world.git.isActive = true;
          return git;
        },
      }),
    },
  };
}
