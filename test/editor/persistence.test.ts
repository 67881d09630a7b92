import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mint } from '../support/daemon.ts';
import { waitFor } from '../support/wait.ts';
import { commitAll, initRepository } from '../support/workflow-repository/write-repository.ts';
import { startIssuer } from './pages/issuer.ts';
import { findTerminalRows, runInTerminal } from './pages/terminal.ts';
import { placeCursor, readText, useLens, waitForLens } from './pages/text-editor.ts';
import { waitForRow } from './pages/views.ts';
import { fillIn, findPage } from './pages/webviews.ts';
import { closeAllEditors, openFile, runCommand, runCommandWith, waitForWorkbench } from './pages/workbench.ts';
import { forge } from './support/forged.ts';
import { listLeaks } from './support/list-leaks.ts';
import { useEditor } from './support/use-editor.ts';

const WORKFLOW = `on: push
jobs:
  deploy:
    permissions: { id-token: write }
    runs-on: ubuntu-latest
    steps: [{ run: make }]
`;
const editor = useEditor(() => ({
  files: { 'foreign.env': `A=${forge()}\nB=${forge()}\n`, '.github/workflows/deploy.yml': WORKFLOW },
  // As people have it: what a terminal has and shows is there again in the next window.
  settings: { 'terminal.integrated.enablePersistentSessions': true },
}));
/** What the terminal of the job asks for tokens with. */
let secret: string;
const listAll = () => listLeaks(editor.session, [secret]);

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
  await openJob();
});

/** The terminal of a job, where a token is printed, and the same job simulated. */
async function openJob(): Promise<void> {
  const { page, session } = editor;
  initRepository(session.folder);
  commitAll(session.folder);
  await openFile(page, 'deploy.yml');
  await waitForLens(page, /refs\/heads\/main/);
  await useLens(page, 'Open CI Terminal', (withinMs) =>
    page.locator('.terminal-wrapper.active').waitFor({ timeout: withinMs }),
  );
  const findLine = (text: RegExp) => findTerminalRows(page).filter({ hasText: text }).first();
  await findLine(/sub repo:acme\/widgets/).waitFor();
  await runInTerminal(page, 'printenv ACTIONS_ID_TOKEN_REQUEST_TOKEN > secret.txt; mintmark mint --aud demo');
  await findLine(/^eyJ/).waitFor();
  secret = readFileSync(join(session.folder, 'secret.txt'), 'utf8').trim();
  const job = [/GitHub Actions/, /^deploy/, /^push/, /What is checked out/];
  await runCommandWith(page, 'Mintmark: Simulate Workflow Job', ...job);
  const form = await findPage(page, /repo:acme\/widgets:ref:refs\/heads\/main/);
  await form.getByRole('button', { name: /mint/i }).click();
  await waitForLens(page, /accepted · local issuer/);
}

describe('after tokens came in by every door', () => {
  it('none of them lies in the user data or in the browser while they are open', async () => {
    expect(await listAll()).toEqual([]);
  });

  it('none of them lies there after the window was reloaded', async () => {
    const { page } = editor;
    await page.reload();
    await waitForWorkbench(page);
    await waitForRow(page, 'Issuers', /default/);
    expect(await listAll()).toEqual([]);
  });

  it('none of them lies there after the editors were closed', async () => {
    await closeAllEditors(editor.page);
    expect(await listAll()).toEqual([]);
  });

  it('one that does lie there would be found', async () => {
    const { page, session } = editor;
    const file = join(session.userData, 'User/settings.json');
    const before = readFileSync(file, 'utf8');
    expect(secret).toMatch(/^[\w.-]{32,}$/);
    for (const found of [forge(), secret]) {
      writeFileSync(file, `${before}\n// ${found}\n`);
      await page.evaluate((token) => localStorage.setItem('canary', token), found);
      expect(await listAll()).toEqual([file, 'the browser']);
    }
    writeFileSync(file, before);
    await page.evaluate(() => localStorage.removeItem('canary'));
  });
});
