import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { expect, test } from 'vitest';
import * as vscode from 'vscode';
import { PROJECT } from '../../../support/program.ts';
import { editor } from '../../../support/vscode-script.ts';

/** What the stand-in for `vscode` does not cover is registered here and never heard of again. */
function tolerate<T extends object>(known: T): T {
  const ignore = () => new vscode.Disposable(() => {});
  return new Proxy(known, { get: (target, name) => Reflect.get(target, name) ?? ignore });
}

/** The workspace of the stand-in, whose watchers know less than those of the editor. */
const workspace = () =>
  tolerate({
    ...vscode.workspace,
    createFileSystemWatcher: (glob: string) => tolerate(vscode.workspace.createFileSystemWatcher(glob)),
  });

test('the entry for a browser-only window runs with nothing of Node, and says there why it only decodes', () => {
  const asked: string[] = [];
  const module = { exports: {} as { activate?: (extension: unknown) => void } };
  const stand = Object.fromEntries(
    ['languages', 'lm', 'tasks', 'extensions', 'window'].map((name) => [
      name,
      tolerate(Object(Reflect.get(vscode, name)) as object),
    ]),
  );
  const require = (name: string) => {
    asked.push(name);
    if (name !== 'vscode') throw new Error(`${name} is not there`);
    return { ...vscode, ...stand, workspace: workspace() };
  };
  const globals = {
    module,
    exports: module.exports,
    require,
    setTimeout,
    clearTimeout,
    clearInterval,
    TextDecoder,
    URL,
  };
  runInContext(readFileSync(join(PROJECT, 'dist/extension-web.js'), 'utf8'), createContext(globals));
  const subscriptions: { dispose(): void }[] = [];
  module.exports.activate?.({ subscriptions, extension: { id: 'mintmark.mintmark', packageJSON: {} } });

  expect(new Set(asked)).toEqual(new Set(['vscode']));
  expect(editor.statusItems).toMatchObject([{ text: '$(key) decode only', isShown: true }]);
  expect(editor.contextKeys).toEqual(
    new Map([
      ['mintmark.state', 'unavailable'],
      ['mintmark.unavailable', 'web'],
    ]),
  );
  expect([...editor.commands.keys()]).toEqual(
    expect.arrayContaining(['mintmark.inspectToken', 'mintmark.compareTokens']),
  );
  for (const part of subscriptions) part.dispose();
  expect(editor.commands.size).toBe(0);
});
