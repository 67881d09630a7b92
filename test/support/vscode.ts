/**
 * Stands in for the module `vscode` in unit tests (vitest.config.mts points the import here).
 *
 * Covered: events, disposables, positions and ranges, URIs, Markdown, tree items, diagnostics, code actions and edits,
 * enumerations, `l10n.t`; `commands`, settings, clipboard, context keys; quick picks, input boxes, dialogs and messages
 * answered from a script; status items, tree views, output channels and text document providers as far as a test can
 * read back what was set. Not covered: text editors, webviews, terminals, tasks, and whatever the editor does by
 * itself; those are tested in the real one (test/editor). What is not here is undefined, so that using it fails loudly.
 */
import { matchesGlob } from 'node:path';
import { type Answer, editor } from './vscode-script.ts';
import { Disposable, EventEmitter, Uri } from './vscode-values.ts';

export * from './vscode-values.ts';

export const l10n = {
  t: (message: string | { message: string }, ...args: unknown[]): string => {
    const text = typeof message === 'string' ? message : message.message;
    const values = typeof args[0] === 'object' && args[0] !== null ? args[0] : args;
    return text.replace(/\{(\w+)\}/g, (_, name: string) => String((values as Record<string, unknown>)[name]));
  },
};

export const commands = {
  registerCommand(id: string, work: (...args: unknown[]) => unknown) {
    if (editor.commands.has(id)) throw new Error(`command '${id}' already exists`);
    editor.commands.set(id, work);
    return new Disposable(() => editor.commands.delete(id));
  },
  async executeCommand(id: string, ...args: unknown[]): Promise<unknown> {
    if (id === 'setContext') return void editor.contextKeys.set(String(args[0]), args[1]);
    editor.executed.push([id, ...args]);
    return editor.commands.get(id)?.(...args);
  },
};

async function ask(kind: string, subject: unknown, choices: unknown): Promise<unknown> {
  editor.asked.push({ kind, subject, choices });
  const answer: Answer | undefined = editor.answers.shift();
  return typeof answer === 'function' ? answer(choices, subject) : answer;
}

const tell =
  (kind: string) =>
  (message: string, ...rest: unknown[]) => {
    const [first] = rest;
    const hasOptions = typeof first === 'object' && first !== null && !('title' in first);
    const options = hasOptions ? (first as object) : {};
    return ask(kind, { message, ...options }, hasOptions ? rest.slice(1) : rest);
  };

const noCancellation = { isCancellationRequested: false, onCancellationRequested: () => new Disposable(() => {}) };

export const window = {
  showQuickPick: async (items: unknown, options: unknown) => ask('pick', options, await items),
  showInputBox: (options: unknown) => ask('input', options, null),
  showOpenDialog: (options: unknown) => ask('open', options, null),
  showSaveDialog: (options: unknown) => ask('save', options, null),
  showInformationMessage: tell('information'),
  showWarningMessage: tell('warning'),
  showErrorMessage: tell('error'),
  setStatusBarMessage(text: string) {
    editor.said.push(text);
    return new Disposable(() => {});
  },
  withProgress: <T>(_: unknown, work: (progress: unknown, token: unknown) => T): T =>
    work({ report: (step: unknown) => editor.progress.push(step) }, editor.cancellation ?? noCancellation),
  createStatusBarItem(id: string) {
    const item = { id, text: '', isShown: false, show: () => {}, hide: () => {}, dispose: () => {} };
    item.show = () => {
      item.isShown = true;
    };
    editor.statusItems.push(item);
    return item;
  },
  createTreeView(id: string, options: { treeDataProvider: unknown }) {
    const visibility = new EventEmitter<unknown>();
    const view = {
      visible: true,
      description: '',
      revealed: [] as unknown[],
      provider: options.treeDataProvider,
      onDidChangeVisibility: visibility.event,
      reveal: async (row: unknown) => void view.revealed.push(row),
      dispose: () => {
        editor.treeViews.delete(id);
      },
    };
    editor.treeViews.set(id, view);
    return view;
  },
  createOutputChannel(name: string) {
    const write =
      (level: string) =>
      (...parts: unknown[]) =>
        void editor.logged.push(`${level} ${parts.join(' ')}`);
    const levels = ['trace', 'debug', 'info', 'warn', 'error', 'append', 'appendLine', 'replace'];
    const quiet = { show: () => {}, hide: () => {}, clear: () => {}, dispose: () => {}, onDidChangeLogLevel: () => {} };
    return { name, logLevel: 3, ...quiet, ...Object.fromEntries(levels.map((level) => [level, write(level)])) };
  },
  state: { focused: true },
  onDidChangeWindowState: editor.windowState.event,
  tabGroups: { onDidChangeTabs: editor.tabs.event },
  showTextDocument: async (document: unknown) => void editor.documents.push(document),
};

const watcher = {
  onDidChange: new EventEmitter<unknown>().event,
  dispose: () => {},
};

const settings = (section: string) => ({
  get: <T>(name: string, fallback?: T): T | undefined =>
    editor.settings.has(`${section}.${name}`) ? (editor.settings.get(`${section}.${name}`) as T) : fallback,
});

export const workspace = {
  isTrusted: true,
  textDocuments: [] as unknown[],
  notebookDocuments: [] as unknown[],
  getConfiguration: (section: string) => settings(section),
  onDidGrantWorkspaceTrust: new EventEmitter<void>().event,
  onDidChangeConfiguration: editor.configured.event,
  onDidChangeWorkspaceFolders: new EventEmitter<unknown>().event,
  onDidCloseTextDocument: editor.closed.event,
  onDidSaveTextDocument: new EventEmitter<unknown>().event,
  onDidSaveNotebookDocument: new EventEmitter<unknown>().event,
  createFileSystemWatcher: () => watcher,
  findFiles: async (glob: string) => editor.files.filter((uri) => matchesGlob(uri.path, glob)),
  asRelativePath: (path: string) => path.replace(`${editor.folder}/`, ''),
  get workspaceFolders() {
    return editor.folder === '' ? undefined : [{ uri: Uri.file(editor.folder) }];
  },
  registerTextDocumentContentProvider(scheme: string, provider: unknown) {
    editor.contentProviders.set(scheme, provider);
    return new Disposable(() => editor.contentProviders.delete(scheme));
  },
  openTextDocument: async (what: unknown) => ({ opened: what }),
};

export const extensions = { getExtension: (): unknown => undefined };

export const env = {
  shell: '/bin/bash',
  clipboard: {
    readText: async () => editor.clipboard,
    writeText: async (text: string) => {
      editor.clipboard = text;
    },
  },
};
