import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { PROJECT } from '../../../support/program.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';

const DIST = join(PROJECT, 'dist');
/**
 * What every window reads before anything of ours is used: dist/extension.js and the parts that it cannot do without.
 */
const MOST_KILOBYTES = 130;

beforeEach(resetEditor);

/** What the stand-in for `vscode` does not cover is registered here and never heard of again. */
function tolerate<T extends object>(known: T): T {
  const ignore = () => new vscode.Disposable(() => {});
  return new Proxy(known, { get: (target, name) => (name in target ? Reflect.get(target, name) : ignore) });
}

/** The workspace of the stand-in, whose watchers know less than those of the editor. */
const workspace = () =>
  tolerate({
    ...vscode.workspace,
    createFileSystemWatcher: (glob: string) => tolerate(vscode.workspace.createFileSystemWatcher(glob)),
  });

/** Loads dist/extension.js as the editor does, and says what was read for it so far. */
function loadExtension() {
  const rooms = ['languages', 'lm', 'tasks', 'extensions', 'window'];
  const stand = Object.fromEntries(rooms.map((name) => [name, tolerate(Object(Reflect.get(vscode, name)) as object)]));
  const loaded = new Map<string, { exports: unknown }>();
  const builtins = createRequire(join(DIST, 'extension.js'));
  const load = (file: string): unknown => {
    const known = loaded.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(file, module);
    const require = (name: string): unknown => {
      if (name === 'vscode') return { ...vscode, ...stand, workspace: workspace() };
      return name.startsWith('.') ? load(join(dirname(file), name)) : builtins(name);
    };
    const parameters = ['module', 'exports', 'require', '__filename', '__dirname'];
    const run = compileFunction(readFileSync(file, 'utf8'), parameters, { filename: file });
    run(module, module.exports, require, file, dirname(file));
    return module.exports;
  };
  const { activate } = load(join(DIST, 'extension.js')) as { activate: (extension: unknown) => void };
  return { activate, listLoaded: () => [...loaded.keys()].map((file) => relative(DIST, file)) };
}

describe('what a window reads before anything of ours is used', () => {
  test('is small, is no more after activation, and what sees to text and daemon follows in a later turn', async () => {
    editor.settings.set('mintmark.home', join(tmpdir(), 'mintmark-no-such-home'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { activate, listLoaded } = loadExtension();
    const atStart = listLoaded();
    const sizes = atStart.map((file) => ({ file, bytes: statSync(join(DIST, file)).size }));
    const kilobytes = sizes.reduce((sum, { bytes }) => sum + bytes, 0) / 1_024;
    expect(kilobytes, JSON.stringify(sizes.toSorted((a, b) => b.bytes - a.bytes))).toBeLessThan(MOST_KILOBYTES);

    const subscriptions: { dispose(): void }[] = [];
    const memory = { get: (_: string, fallback: unknown) => fallback, update: async () => {}, keys: () => [] };
    activate({
      subscriptions,
      extensionPath: PROJECT,
      extensionUri: vscode.Uri.file(PROJECT),
      globalState: memory,
      workspaceState: memory,
      extension: { id: 'mintmark.mintmark', packageJSON: { version: '0.1.0' } },
    });
    const settle = async () => {
      for (let turns = 0; turns < 50; turns += 1) await turn();
    };
    await settle();
    expect(editor.commands.size).toBeGreaterThan(20);
    expect(listLoaded()).toEqual(atStart);

    vi.runOnlyPendingTimers();
    vi.useRealTimers();
    const listLater = () =>
      listLoaded()
        .filter((file) => !atStart.includes(file) && !file.includes('chunk-'))
        .map((file) => file.replace(/-\w+\.js$/, ''));
    await waitFor('both parts', () => listLater().length === 2);
    await settle();
    expect(listLater().toSorted()).toEqual(['extension/connection', 'extension/text-features']);
    for (const part of subscriptions) part.dispose();
  });

  test('is what features register themselves by, and the words of tokens: no library, no page, no protocol', async () => {
    const { metafile } = await build({
      absWorkingDir: PROJECT,
      entryPoints: { extension: 'extension/activate.ts' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      external: ['vscode'],
      outdir: 'dist',
      write: false,
      metafile: true,
    });
    const sources = new Set<string>();
    const inOutput = (file: string) =>
      Object.values(metafile.outputs).some(({ inputs }) => (inputs[file]?.bytesInOutput ?? 0) > 0);
    const read = (file: string): void => {
      for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
        if (external || kind === 'dynamic-import' || sources.has(path)) continue;
        sources.add(path);
        read(path);
      }
    };
    read('extension/activate.ts');
    // What only lends its types leaves no bytes behind.
    const left = [...sources].filter(inOutput);
    const folders = new Set(left.map((file) => dirname(file)));
    expect([...folders].filter((folder) => !folder.startsWith('extension/features/')).toSorted()).toEqual([
      'daemon',
      'daemon/client',
      'daemon/token',
      'extension',
      'extension/daemon',
    ]);
    expect(left.filter((file) => file.startsWith('daemon/client/'))).toEqual(['daemon/client/state-home.ts']);
  });
});
