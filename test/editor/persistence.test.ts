import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mint } from '../support/daemon.ts';
import { waitFor } from '../support/wait.ts';
import { startIssuer } from './pages/issuer.ts';
import { placeCursor, readText, useLens, waitForLens } from './pages/text-editor.ts';
import { waitForRow } from './pages/views.ts';
import { fillIn, findPage } from './pages/webviews.ts';
import { closeAllEditors, openFile, runCommand, waitForWorkbench } from './pages/workbench.ts';
import { forge } from './support/forged.ts';
import { listLeaks } from './support/list-leaks.ts';
import { useEditor } from './support/use-editor.ts';

const editor = useEditor(() => ({ files: { 'foreign.env': `A=${forge()}\nB=${forge()}\n` } }));

/** Goes through every door that a token can come in by. */
beforeAll(async () => {
  const { page, session } = editor;
  const daemon = await startIssuer(editor);
  const { token } = await mint(daemon, 'default', { subject: 'repo:acme/canary', audience: 'api' });
  session.writeFile('local.env', `TOKEN=${token}\n`);
  await openFile(page, 'local.env');
  await waitForLens(page, /accepted/);
  await useLens(page, 'Watch', (withinMs) => waitForRow(page, 'Tokens', /accepted/, withinMs));
  await placeCursor(page, 1, 20);
  await runCommand(page, 'Mintmark: Inspect Token');
  await findPage(page, /repo:acme\/canary/);
  await runCommand(page, 'Mintmark: Mint Token');
  const form = await findPage(page, /Further claims/);
  await fillIn(form, /Subject/i, 'repo:acme/minted');
  await form.getByRole('button', { name: /mint/i }).click();
  await waitFor('a token in an editor', async () => /eyJ/.test(await readText(page)));
  await openFile(page, 'foreign.env');
  await placeCursor(page, 1, 20);
  await runCommand(page, 'Mintmark: Inspect Token');
  await findPage(page, /alice/);
});

describe('after tokens came in by every door', () => {
  it('none of them lies in the user data or in the browser while they are open', async () => {
    expect(await listLeaks(editor.session)).toEqual([]);
  });

  it('none of them lies there after the window was reloaded', async () => {
    const { page } = editor;
    await page.reload();
    await waitForWorkbench(page);
    await waitForRow(page, 'Issuers', /default/);
    expect(await listLeaks(editor.session)).toEqual([]);
  });

  it('none of them lies there after the editors were closed', async () => {
    await closeAllEditors(editor.page);
    expect(await listLeaks(editor.session)).toEqual([]);
  });

  it('one that does lie there would be found', async () => {
    const { page, session } = editor;
    const file = join(session.userData, 'User/settings.json');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, `${before}\n// ${forge()}\n`);
    await page.evaluate((token) => localStorage.setItem('canary', token), forge());
    expect(await listLeaks(session)).toEqual([file, 'the browser']);
    writeFileSync(file, before);
    await page.evaluate(() => localStorage.removeItem('canary'));
  });
});
