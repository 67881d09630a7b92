import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { waitFor } from '../support/wait.ts';
import { findTerminalRows } from './pages/terminal.ts';
import { openFile, runCommand, runCommandWith } from './pages/workbench.ts';
import { useEditor } from './support/use-editor.ts';

const tasks = { version: '2.0.0', tasks: [{ type: 'mintmark', task: 'issuer', label: 'the issuer' }] };
const program = { type: 'node', request: 'launch', program: `\${workspaceFolder}/app.js` };
const launch = {
  version: '0.2.0',
  configurations: [
    { ...program, name: 'with the issuer', args: ['with.txt'], preLaunchTask: 'the issuer' },
    { ...program, name: 'without it', args: ['without.txt'] },
  ],
};
const editor = useEditor(() => ({
  files: {
    '.vscode/tasks.json': JSON.stringify(tasks),
    '.vscode/launch.json': JSON.stringify(launch),
    'app.js': "require('node:fs').writeFileSync(process.argv[2], 'ran');\n",
  },
  // Nothing can be made below what is no directory: the issuer cannot start.
  machine: { 'mintmark.home': '/dev/null/home' },
}));
const hasRun = (name: string) => existsSync(join(editor.session.folder, name));

it('a debug session does not begin without its issuer, and the editor does not wait for it for ever', async () => {
  const { page } = editor;
  await openFile(page, 'app.js');
  await runCommand(page, 'Debug: Start Debugging');
  await findTerminalRows(page)
    .filter({ hasText: /^mintmark: / })
    .first()
    .waitFor();
  // The editor offers this only while it prepares no other; by the time that this one ran, the first would have, too.
  await runCommandWith(page, 'Debug: Select and Start Debugging', /without it/);
  await waitFor('the program without an issuer', () => hasRun('without.txt'));
  expect(hasRun('with.txt')).toBe(false);
});
