import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mint, rotate } from '../support/daemon.ts';
import { startIssuer } from './pages/issuer.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import { placeCursor, waitForLens } from './pages/text-editor.ts';
import { expandRow } from './pages/views.ts';
import { findPage, listOverflowing } from './pages/webviews.ts';
import { choose, closeAllEditors, closeNotifications, openFile, runCommand } from './pages/workbench.ts';
import { listAccessibilityFaults } from './support/check-accessibility.ts';
import { forgeExpired } from './support/forged.ts';
import { useEditor } from './support/use-editor.ts';

const THEMES = [
  ['light', 'Default Light Modern', 'vs'],
  ['dark', 'Default Dark Modern', 'vs-dark'],
  ['high-contrast', 'Default High Contrast', 'hc-black'],
  ['high-contrast-light', 'Default High Contrast Light', 'hc-light'],
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

/** Changes the person's settings on disk, as an editor of settings would; the workbench follows. */
async function useTheme(theme: string, base: string): Promise<void> {
  const { page, session } = editor;
  const folder = join(session.userData, 'User');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'settings.json');
  const settings = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...settings, 'workbench.colorTheme': theme }, null, 2));
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
    await closeNotifications(page);
    await saveScreenshot(page, `${name}-inspector`);

    await closeAllEditors(page);
    await runCommand(page, 'Mintmark: Show Key Timeline');
    await choose(page, /default/).catch(() => {});
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
    await openFile(page, 'tokens.env');
    await placeCursor(page, 1, 20);
    await runCommand(page, 'Mintmark: Inspect Token');
    const frame = await findPage(page, /repo:acme\/shop/);
    await saveScreenshot(page, 'zoom-200-inspector');
    expect(await listOverflowing(frame)).toEqual([]);
  });
});
