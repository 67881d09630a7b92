import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasDaemonFile } from '../support/daemon.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import { closeHover, placeCursor, waitForHover, waitForLens, waitForProblem } from './pages/text-editor.ts';
import { openViews } from './pages/views.ts';
import { findTicks, followStep } from './pages/walkthrough.ts';
import { findPage, readPage } from './pages/webviews.ts';
import { closeAllEditors, findNotification, listCommands, openFile, runCommand } from './pages/workbench.ts';
import { forgeExpired } from './support/forged.ts';
import { listLeaks } from './support/list-leaks.ts';
import { listProcesses } from './support/list-processes.ts';
import { useEditor } from './support/use-editor.ts';

const STRANGERS_HOME = join(tmpdir(), `mintmark-of-a-stranger-${process.pid}`);

const editor = useEditor(() => ({
  trusted: false,
  files: {
    'token.env': `TOKEN=${forgeExpired()}\n`,
    // What a folder from the internet may bring along.
    '.vscode/settings.json': JSON.stringify({
      'mintmark.port': 6_469,
      'mintmark.home': STRANGERS_HOME,
      'mintmark.autoJoin': true,
      'mintmark.trustedIssuers': ['https://issuer.example.test'],
    }),
  },
}));

describe('in a folder that is not trusted', () => {
  it('tokens are found and explained', async () => {
    const { page } = editor;
    await openFile(page, 'token.env');
    expect(await waitForLens(page, /Inspect/)).toMatch(/expired/);
    await placeCursor(page, 1, 20);
    expect(await waitForHover(page, /not verified/i)).toContain('alice');
    await closeHover(page);
    await waitForProblem(page, /expired/i);
    await openFile(page, 'token.env');
    await placeCursor(page, 1, 20);
    await runCommand(page, 'Mintmark: Inspect Token');
    expect(await readPage(await findPage(page, /alice/))).toMatch(/not verified/i);
    await saveScreenshot(page, 'untrusted-inspector');
  });

  it('nothing can be started, minted, watched or rotated, and the views say why', async () => {
    const { page, session } = editor;
    const offered = await listCommands(page, 'Mintmark:');
    for (const title of ['Start Issuer', 'Mint Token', 'Rotate Signing Key', 'Watch Token', 'Open CI Terminal']) {
      expect(offered).not.toContain(`Mintmark: ${title}`);
    }
    await openViews(page);
    await page
      .getByText(/Restricted Mode/)
      .first()
      .waitFor();
    await saveScreenshot(page, 'untrusted-views');
    expect(hasDaemonFile(session.home)).toBe(false);
    expect(listProcesses((command) => command.includes(join(session.home)))).toEqual([]);
    expect(listProcesses((command) => command.includes(STRANGERS_HOME))).toEqual([]);
  });

  it('the walkthrough has its first step done and no other: what is refused is not done', async () => {
    const { page, session } = editor;
    await closeAllEditors(page);
    await runCommand(page, 'Mintmark: Open Walkthrough');
    await followStep(page, 'Start your issuer', 'Start Issuer');
    await findNotification(page, /Restricted Mode/).waitFor();
    await followStep(page, 'Mint, watch, rotate', 'Rotate Signing Key');
    await followStep(page, 'Work as a CI job', 'Open CI Terminal');
    await followStep(page, 'Read a token', 'Open Sample');
    await waitForLens(page, /Inspect/);
    await runCommand(page, 'Mintmark: Inspect Token');
    await findPage(page, /not verified/i);
    // The inspector lies over the walkthrough.
    await runCommand(page, 'Mintmark: Open Walkthrough');
    await findTicks(page, 'Read a token').waitFor();
    await saveScreenshot(page, 'untrusted-walkthrough');
    expect(await findTicks(page).count()).toBe(1);
    expect(hasDaemonFile(session.home)).toBe(false);
  });

  it('leaves nothing of a token behind', async () => {
    expect(await listLeaks(editor.session)).toEqual([]);
  });
});
