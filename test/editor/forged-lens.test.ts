import { beforeAll, describe, expect, it } from 'vitest';
import { mint } from '../support/daemon.ts';
import { tamperPayload } from '../support/tampering.ts';
import { waitFor } from '../support/wait.ts';
import { startIssuer } from './pages/issuer.ts';
import { placeCursor, readLenses, revertFile, waitForLens } from './pages/text-editor.ts';
import { closeAllEditors, findTab, openFile, runCommand } from './pages/workbench.ts';
import { useEditor } from './support/use-editor.ts';

/**
 * The editor shows what it remembers until it has asked: it has to ask soon, whatever people do meanwhile. Otherwise
 * the old words stand there until they change by themselves, which for so long a life is once an hour.
 */
const LIFE_SECONDS = 86_400;
/** Above the token there is room for a lens, wherever the editor has scrolled to. */
const write = (token: string) => `# service\n# token\n\nTOKEN=${token}\n`;

const editor = useEditor(() => ({ files: { 'a.env': 'A=1\n', 'f.env': write('none') } }));
let good: string;

beforeAll(async () => {
  const daemon = await startIssuer(editor);
  good = (await mint(daemon, 'default', { subject: 'repo:acme/shop', audience: 'api', ttlSeconds: LIFE_SECONDS }))
    .token;
});

const findRow = (name: string) =>
  editor.page.locator('.explorer-viewlet .monaco-list-row').filter({ hasText: name }).first();

/** Opens the file with the good token and waits until its lens says so. */
async function showGood(): Promise<void> {
  editor.session.writeFile('f.env', write(good));
  await openFile(editor.page, 'f.env');
  await waitForLens(editor.page, /^accepted/);
}

/** Opens it as people do who then click elsewhere at once: the editor drops what it was about to ask for. */
async function openAndLeave(name: string): Promise<void> {
  await runCommand(editor.page, 'File: Focus on Files Explorer');
  await findRow(name).dblclick();
  await findTab(editor.page, name).waitFor();
  await findRow(name).click();
}

async function waitForRefused(): Promise<void> {
  await waitForLens(editor.page, /^refused/);
  expect((await readLenses(editor.page)).join()).not.toContain('accepted');
}

describe('a forged token in the place of a good one soon has a verdict of its own', () => {
  it('when the file was changed while it was closed', async () => {
    const { page, session } = editor;
    await showGood();
    await closeAllEditors(page);
    session.writeFile('f.env', write(tamperPayload(good)));
    await openAndLeave('f.env');
    await waitForRefused();
    await closeAllEditors(page);
  });

  it('when the file is changed before the eyes of the person, whose cursor is elsewhere', async () => {
    const { page, session } = editor;
    await showGood();
    await runCommand(page, 'File: Focus on Files Explorer');
    session.writeFile('f.env', write(tamperPayload(good)));
    await waitFor('the old verdict to go', async () => !(await readLenses(page)).join().includes('accepted'));
    await waitForRefused();
    await closeAllEditors(page);
  });

  it('when it was put there by hand, and the editor was left and found again', async () => {
    const { page } = editor;
    await showGood();
    await placeCursor(page, 4, 1);
    await page.keyboard.press('Shift+End');
    await page.keyboard.insertText(`TOKEN=${tamperPayload(good)}`);
    await openFile(page, 'a.env');
    await openAndLeave('f.env');
    await waitForRefused();
    await revertFile(page);
    await closeAllEditors(page);
  });
});
