import { describe, expect, it } from 'vitest';
import { fetchJwks, mint } from '../support/daemon.ts';
import { waitFor } from '../support/wait.ts';
import { waitForStatus } from './pages/issuer.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import { openStatusMenu } from './pages/status-menu.ts';
import { readRows, waitForRow } from './pages/views.ts';
import { choose, runCommandWith, waitForWorkbench } from './pages/workbench.ts';
import { useEditor } from './support/use-editor.ts';

const editor = useEditor();

describe('the menu of the status item', () => {
  it('offers to start an issuer that is stopped, and starts it', async () => {
    const { page, session } = editor;
    await waitForStatus(editor, 'stopped');
    expect(await openStatusMenu(page)).toEqual(['Start Issuer', 'Inspect Token', 'Show Logs']);
    await saveScreenshot(page, 'status-menu-while-stopped');
    await choose(page, /Start Issuer/);
    await waitForStatus(editor, `:${session.port}`);
  });

  it('offers what a running one can do, and no start', async () => {
    const { page } = editor;
    expect(await openStatusMenu(page)).toEqual([
      'Mint Token',
      'Rotate Signing Key',
      'Open CI Terminal',
      'Copy Issuer URL',
      'Inspect Token',
      'Show Logs',
      'Restart Issuer',
      'Stop Issuer',
    ]);
    await page.keyboard.press('Escape');
  });

  it('offers to activate the key of a staged rotation, also after the window was reloaded', async () => {
    const { page, session } = editor;
    const daemon = await session.findDaemon();
    const before = await mint(daemon, 'default', { subject: 'a', audience: 'b' });
    await runCommandWith(page, 'Mintmark: Rotate Signing Key', /default/, /Staged/);
    const next = await waitFor('the next key', async () =>
      (await fetchJwks(before.issuer)).keys.map(({ kid }) => kid).find((kid) => kid !== before.kid),
    );
    await page.reload();
    await waitForWorkbench(page);
    await waitForStatus(editor, `:${session.port}`);
    await waitForRow(page, 'Issuers', /signs in \d+ min/);
    const [first] = await openStatusMenu(page);
    expect(first).toContain(`Activate Now: ${next.slice(0, 8)}`);
    await saveScreenshot(page, 'status-menu-with-a-staged-key');
    await choose(page, /Activate Now/);
    await waitForRow(page, 'Issuers', new RegExp(`${next.slice(0, 8)}….*signs$`, 'm'));
    expect((await readRows(page, 'Issuers')).join()).not.toMatch(/signs in/);
    expect((await openStatusMenu(page))[0]).toBe('Mint Token');
    await page.keyboard.press('Escape');
  });
});
