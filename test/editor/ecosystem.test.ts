import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mint, verify } from '../support/daemon.ts';
import { waitFor } from '../support/wait.ts';
import { waitForStatus } from './pages/issuer.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import { findTerminalRows, followTerminalLink, killTerminal, openTerminal, runInTerminal } from './pages/terminal.ts';
import { findLens, waitForProblem } from './pages/text-editor.ts';
import { findTicks, followStep } from './pages/walkthrough.ts';
import { findPage } from './pages/webviews.ts';
import { choose, closeAllEditors, findQuickPick, openFile, runCommand, runCommandWith } from './pages/workbench.ts';
import { useEditor } from './support/use-editor.ts';

const tasks = {
  version: '2.0.0',
  tasks: [
    {
      label: 'needs the issuer',
      type: 'shell',
      command: 'cp "$MINTMARK_HOME/daemon.json" ran.json',
      dependsOn: 'mintmark: issuer',
      problemMatcher: [],
      // A task's terminal otherwise waits for a key, whichever that is.
      presentation: { close: true },
    },
  ],
};
const editor = useEditor(() => ({
  files: {
    '.vscode/tasks.json': JSON.stringify(tasks),
    'mintmark.json': '{\n  "port": "not a number",\n  "idleExitSeconds": 60\n}\n',
  },
}));
const readWorkspace = (name: string): string | null => {
  const path = join(editor.session.folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
};

describe('in a workspace', () => {
  it('a task that depends on the issuer runs once the issuer is ready', async () => {
    const { page, session } = editor;
    await runCommandWith(page, 'Tasks: Run Task', /needs the issuer/);
    const file = await waitFor('the task', () => readWorkspace('ran.json') || null);
    const daemon = await session.findDaemon();
    expect(JSON.parse(file)).toMatchObject({ pid: daemon.pid });
    await waitForStatus(editor, `:${session.port}`);
  });

  it('a configuration file is checked against its schema', async () => {
    const { page } = editor;
    await openFile(page, 'mintmark.json');
    await waitForProblem(page, /type|integer|number/i);
    await closeAllEditors(page);
  });
});

describe('the walkthrough', () => {
  it('has four steps, of which starting the issuer is done: it runs already', async () => {
    const { page } = editor;
    await runCommand(page, 'View: Hide Panel');
    await runCommand(page, 'Mintmark: Open Walkthrough');
    const steps = page.locator('.getting-started-step');
    await waitFor('four steps', async () => (await steps.count()) === 4);
    await findTicks(page, 'Start your issuer').waitFor();
    await followStep(page, 'Start your issuer', 'Start Issuer');
    expect(await findTicks(page).count()).toBe(1);
    const picture = page.frameLocator('iframe.webview').frameLocator('iframe').locator('svg rect').first();
    await picture.waitFor({ state: 'attached' });
    // What the picture's page does not take is drawn in black.
    expect(await picture.evaluate((element) => getComputedStyle(element).fill)).not.toBe('rgb(0, 0, 0)');
    await saveScreenshot(page, 'walkthrough');
    // What is shown is text: emphasis that the renderer does not know would stand there as asterisks.
    expect((await steps.allInnerTexts()).join('\n')).not.toMatch(/\*\w[^*\n]*\*/);
  });

  it('has samples that are made on the spot, and one of the own issuer that is watched', async () => {
    const { page } = editor;
    await followStep(page, 'Read a token', 'Open Sample');
    await findLens(page, /expired/)
      .first()
      .waitFor();
    for (const problem of [/expired at/i, /not signed/i]) await waitForProblem(page, problem);
    await saveScreenshot(page, 'problems-of-a-sample');
    await runCommand(page, 'View: Hide Panel');
    await followStep(page, 'Mint, watch, rotate', 'Mint a Sample');
    await findLens(page, /accepted.*Stop Watching/)
      .first()
      .waitFor();
    await saveScreenshot(page, 'walkthrough-samples');
  });

  it('has the step "Read a token", which is done once a token is in the inspector', async () => {
    const { page } = editor;
    expect(await findTicks(page, 'Read a token').count()).toBe(0);
    await runCommand(page, 'Mintmark: Inspect Token');
    await findPage(page, /accepted/);
    // The inspector lies over the walkthrough.
    await runCommand(page, 'Mintmark: Open Walkthrough');
    await findTicks(page, 'Read a token').waitFor();
  });

  it.each([
    ['Mint, watch, rotate', 'Rotate Signing Key', [/^default/, /now|once/i]],
    ['Work as a CI job', 'Open CI Terminal', [/^Generic issuer/]],
  ])('has the step "%s", which is done once "%s" has what it asks for', async (title, button, answers) => {
    const { page } = editor;
    await followStep(page, title, button);
    for (const answer of answers) {
      await findQuickPick(page, answer).first().waitFor();
      expect(await findTicks(page, title).count()).toBe(0);
      await choose(page, answer);
    }
    await findTicks(page, title).waitFor();
  });
});

describe('beside the editor', () => {
  it('a CI terminal has what a job has, and a token that is accepted', async () => {
    const { page, session } = editor;
    await runCommandWith(page, 'Mintmark: Open CI Terminal', /^Generic issuer/);
    await page.locator('.terminal-tabs-entry, .single-terminal-tab').filter({ hasText: 'CI job' }).first().waitFor();
    await findTerminalRows(page).filter({ hasText: 'generic job' }).first().waitFor();
    await runInTerminal(
      page,
      'printenv MINTMARK_ISSUER > issuer.txt; printenv MINTMARK_TOKEN > token.txt; echo done > done.txt',
    );
    await waitFor('the terminal', () => readWorkspace('done.txt'));
    await saveScreenshot(page, 'ci-terminal');
    const daemon = await session.findDaemon();
    const token = readWorkspace('token.txt') ?? '';
    expect(readWorkspace('issuer.txt')).toMatch(new RegExp(`^${daemon.baseUrl}/issuers/`));
    expect(await verify(daemon, token, {})).toMatchObject({ status: 'accepted' });
    await killTerminal(page);
  });

  it('a token in a terminal is a link to the inspector', async () => {
    const { page, session } = editor;
    const daemon = await session.findDaemon();
    const { token } = await mint(daemon, 'default', { subject: 'repo:acme/terminal', audience: 'api' });
    session.writeFile('token.txt', `${token}\n`);
    await openTerminal(page);
    await runInTerminal(page, 'clear; cat token.txt');
    await followTerminalLink(page, token.slice(0, 30), (withinMs) => findPage(page, /repo:acme\/terminal/, withinMs));
    await saveScreenshot(page, 'terminal-link');
    await killTerminal(page);
  });

  it('the log has neither a token nor a key', async () => {
    const { page, session } = editor;
    await runCommand(page, 'Mintmark: Show Logs');
    await page.locator('.output-view-container, .part.panel .monaco-editor').first().waitFor();
    await saveScreenshot(page, 'logs');
    const { controlToken } = await session.findDaemon();
    const text = await page.locator('.part.panel').allInnerTexts();
    expect(text.join('\n')).not.toContain(controlToken);
    expect(text.join('\n')).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
  });
});
