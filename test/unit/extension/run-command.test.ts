import { beforeEach, expect, it } from 'vitest';
import { window } from 'vscode';
import { MintmarkError } from '../../../daemon/problem.ts';
import { refuseUnavailable } from '../../../extension/explain-unavailable.ts';
import { registerCommand } from '../../../extension/run-command.ts';
import { editor, resetEditor } from '../../support/vscode-script.ts';

beforeEach(resetEditor);

const run = async (problem: Error) => {
  const log = window.createOutputChannel('Mintmark', { log: true });
  registerCommand({ log }, 'mintmark.x', () => Promise.reject(problem));
  await editor.commands.get('mintmark.x')?.();
};
const told = () => editor.asked.map(({ subject }) => (subject as { message: string }).message);

it('a failure of ours is told in its own words', async () => {
  await run(new MintmarkError('state_locked', 'another daemon has it'));
  expect(told()).toEqual(['Mintmark: another daemon has it']);
});

it('a port that is taken is told with the setting that names another one', async () => {
  editor.answers.push('Open Setting');
  await run(new MintmarkError('port_busy', 'Port 6468 is taken by nginx'));
  expect(told()).toEqual(['Mintmark: Port 6468 is taken by nginx. The setting mintmark.port names another port.']);
  expect(editor.executed).toEqual([['workbench.action.openSettings', 'mintmark.port']]);
});

it('what only Restricted Mode forbids is told with the way out of it', async () => {
  editor.answers.push('Manage Workspace Trust');
  await run(refuseUnavailable({ kind: 'unavailable', why: 'untrusted' }));
  expect(told()[0]).toMatch(/Restricted Mode/);
  expect(editor.executed).toEqual([['workbench.trust.manage']]);
});

it('what a browser-only window cannot do, no trust helps', async () => {
  await run(refuseUnavailable({ kind: 'unavailable', why: 'web' }));
  expect(editor.asked[0]?.choices).toEqual(['Show Logs']);
});

it('any other failure is told without its words, which are in the log', async () => {
  await run(new TypeError('x is not a function'));
  expect(told()).toEqual(['Mintmark: Something went wrong; the log has the details.']);
  expect(editor.logged.join()).toContain('x is not a function');
});

it('what a failure quotes cannot become a link', async () => {
  await run(new MintmarkError('internal', '[click me](command:evil)'));
  expect(told()[0]).not.toContain('](');
});
