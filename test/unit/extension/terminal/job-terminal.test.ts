import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Uri } from 'vscode';
import { prepareTerminal } from '../../../../extension/features/terminal/prepare-terminal.ts';
import { writeProgram } from '../../../../extension/features/terminal/write-program.ts';
import { choose, editor, resetEditor } from '../../../support/vscode-script.ts';
import { joinDaemon } from '../join-daemon.ts';
import { makeExtension } from '../workflow/make-extension.ts';
import { DEPLOY, openRepository } from '../workflow/open-repository.ts';

beforeEach(resetEditor);

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "mintmark program's-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function open(argument: unknown) {
  const { session } = await joinDaemon();
  const extension = makeExtension(makeDirectory());
  return { extension, session, options: await prepareTerminal({ session, extension }, argument) };
}

test('the terminal of a job runs the person’s shell as that job, and is gone with the window', async () => {
  const folder = openRepository();
  const file = join(folder, DEPLOY);
  const { options, extension } = await open({ slug: 'github-actions', file, id: 'deploy', event: 'push' });
  expect(options).toMatchObject({
    name: 'CI job (GitHub Actions: deploy)',
    shellPath: process.execPath,
    cwd: folder,
    isTransient: true,
  });
  expect(options?.shellArgs).toEqual([
    join(extension.extensionPath, 'dist', 'mintmark.js'),
    ...['run', '--as', 'github-actions', '--job', `${file}#deploy`, '--event', 'push', '--', '/bin/bash'],
  ]);
  expect(Object.keys(options?.env ?? {}).toSorted()).toEqual(['ELECTRON_RUN_AS_NODE', 'MINTMARK_HOME', 'PATH']);
  expect(options?.env?.PATH?.split(delimiter)[0]).toBe(Uri.joinPath(extension.globalStorageUri, 'bin').fsPath);
});

test('the terminal of an issuer of its own asks that one', async () => {
  const { options } = await open({ kind: 'issuer', slug: 'default' });
  expect(options?.shellArgs).toEqual(expect.arrayContaining(['--issuer', 'default']));
});

test('without a job the person says whose, among everything that is emulated', async () => {
  editor.answers.push(choose('GitLab'));
  const { options, session } = await open(undefined);
  expect(options?.shellArgs).toEqual(expect.arrayContaining(['--as', 'gitlab']));
  const { items } = await session.call('platforms.list', {});
  const offered = editor.asked[0]?.choices as { label: string }[];
  expect(offered.map(({ label }) => label)).toEqual(expect.arrayContaining(items.map(({ label }) => label)));
  expect((await open(undefined)).options).toBeUndefined();
});

test('the program mintmark is a script that runs the bundle as a Node, whatever its directory is called', async () => {
  const directory = makeDirectory();
  const bundle = join(directory, "the bundle's.js");
  writeFileSync(bundle, 'console.log(process.env.ELECTRON_RUN_AS_NODE, process.argv.slice(2).join())');
  await writeProgram(join(directory, 'bin'), bundle);
  const said = execFileSync(join(directory, 'bin', 'mintmark'), ['mint', '--as', 'a b'], { encoding: 'utf8' });
  expect(said.trim()).toBe('1 mint,--as,a b');
});
