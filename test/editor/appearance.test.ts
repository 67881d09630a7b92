import { beforeAll, describe, expect, it } from 'vitest';
import { mint, rotate } from '../support/daemon.ts';
import { startIssuer } from './pages/issuer.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import { placeCursor, waitForLens } from './pages/text-editor.ts';
import { expandRow } from './pages/views.ts';
import { findPage, listFocusLike, listOverflowing } from './pages/webviews.ts';
import { answer, closeAllEditors, closeNotifications, openFile, runCommand } from './pages/workbench.ts';
import { listAccessibilityFaults } from './support/check-accessibility.ts';
import { forgeExpired } from './support/forged.ts';
import { useEditor } from './support/use-editor.ts';

const THEMES = [
  ['light', 'Light 2026', 'vs'],
  ['dark', 'Dark 2026', 'vs-dark'],
  ['high-contrast', 'Dark High Contrast', 'hc-black'],
  ['high-contrast-light', 'Light High Contrast', 'hc-light'],
] as const;
const editor = useEditor();

beforeAll(async () => {
  const { page, session } = editor;
  const daemon = await startIssuer(editor);
  const { token } = await mint(daemon, 'default', { subject: 'repo:acme/shop', audience: 'https://api.example.test' });
  await rotate(daemon, 'default');
  await mint(daemon, 'default', { subject: 'repo:acme/other', audience: 'https://api.example.test' });
  session.writeFile('tokens.env', `GOOD=${token}\nOLD=${forgeExpired()}\n`);
  await openFile(page, 'tokens.env');
  await waitForLens(page, /accepted/);
  await expandRow(page, 'Issuers', 'default');
});

async function useTheme(theme: string, base: string): Promise<void> {
  const { page } = editor;
  await runCommand(page, 'Preferences: Color Theme');
  await answer(page, theme);
  await page.locator(`.monaco-workbench.${base}`).waitFor();
}

describe.each(THEMES)('in the %s theme', (name, theme, base) => {
  it('the editor, the views, the inspector, the picture of the keys and the forms can be read', async () => {
    const { page } = editor;
    await closeAllEditors(page);
    await useTheme(theme, base);
    await openFile(page, 'tokens.env');
    await waitForLens(page, /accepted/);
    await saveScreenshot(page, `${name}-editor-and-views`);

    await placeCursor(page, 1, 20);
    await runCommand(page, 'Mintmark: Inspect Token');
    const inspector = await findPage(page, /repo:acme\/shop/);
    expect(await listAccessibilityFaults(inspector)).toEqual([]);
    // Where contrast is high, every border is of one colour and the focus is told by its width and its dashes.
    if (!name.startsWith('high')) expect(await listFocusLike(inspector)).toEqual([]);
    await closeNotifications(page);
    await saveScreenshot(page, `${name}-inspector`);

    await closeAllEditors(page);
    await runCommand(page, 'Mintmark: Show Key Timeline');
    const timeline = await findPage(page, /verif|sign/i);
    expect(await listAccessibilityFaults(timeline)).toEqual([]);
    await saveScreenshot(page, `${name}-timeline`);

    await closeAllEditors(page);
    await runCommand(page, 'Mintmark: Mint Token');
    const form = await findPage(page, /Further claims/);
    expect(await listAccessibilityFaults(form)).toEqual([]);
    await saveScreenshot(page, `${name}-mint`);
  });
});

describe('at 200 % zoom', () => {
  it('no page has to be scrolled sideways', async () => {
    const { page } = editor;
    await closeAllEditors(page);
    await page.setViewportSize({ width: 640, height: 400 });
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    await openFile(page, 'tokens.env');
    await placeCursor(page, 1, 20);
    await runCommand(page, 'Mintmark: Inspect Token');
    const frame = await findPage(page, /repo:acme\/shop/);
    await saveScreenshot(page, 'zoom-200-inspector');
    expect(await listOverflowing(frame)).toEqual([]);
  });
});
