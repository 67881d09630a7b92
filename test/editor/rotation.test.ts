import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchJwks, type MintInput, mint, showIssuer, verify } from '../support/daemon.ts';
import { waitFor } from '../support/wait.ts';
import type { Minted } from '../support/wire.ts';
import { startIssuer } from './pages/issuer.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import { findLens, placeCursor, useLens, waitForLens } from './pages/text-editor.ts';
import { expandRow, foldRow, readRows, runRowAction, waitForRow } from './pages/views.ts';
import { findTicks } from './pages/walkthrough.ts';
import { findPage, readPage } from './pages/webviews.ts';
import {
  choose,
  closeAllEditors,
  findDialog,
  findNotification,
  findQuickPick,
  openFile,
  runCommand,
  runCommandWith,
} from './pages/workbench.ts';
import type { EditorDaemon } from './support/editor-daemon.ts';
import { useEditor } from './support/use-editor.ts';

const INPUT: MintInput = { subject: 'repo:acme/shop', audience: 'https://api.example.test', ttlSeconds: 3_600 };
const editor = useEditor();
let daemon: EditorDaemon;
let old: Minted;

beforeAll(async () => {
  daemon = await startIssuer(editor);
  old = await mint(daemon, 'default', INPUT);
  editor.session.writeFile('token.env', `TOKEN=${old.token}\n`);
});

const listPublished = async (): Promise<string[]> => (await fetchJwks(old.issuer)).keys.map(({ kid }) => kid);

/** From the palette, until the row and the notification of the published key are there. */
async function stageRotation(): Promise<{ next: string; notification: Locator }> {
  const { page } = editor;
  const before = await listPublished();
  await runCommandWith(page, 'Mintmark: Rotate Signing Key', /default/, /Staged/);
  const next = await waitFor('the next key', async () => (await listPublished()).find((kid) => !before.includes(kid)));
  await waitForRow(page, 'Issuers', new RegExp(`${next.slice(0, 6)}.*signs in`));
  const notification = findNotification(page, new RegExp(`${next.slice(0, 6)}.*it signs in`));
  await notification.waitFor();
  return { next, notification };
}

describe('Rotate Signing Key from the palette', () => {
  it('publishes a new key that signs from now on, while the old token is still accepted', async () => {
    const { page } = editor;
    await openFile(page, 'token.env');
    await waitForLens(page, /accepted/);
    expect(await listPublished()).toEqual([old.kid]);

    await runCommandWith(page, 'Mintmark: Rotate Signing Key', /default/);
    await findQuickPick(page, /at once/).waitFor();
    await saveScreenshot(page, 'rotate-what-will-happen');
    await choose(page, /now|once/i);

    const kids = await waitFor('two published keys', async () => {
      const published = await listPublished();
      return published.length === 2 && published;
    });
    expect(kids[1]).toBe(old.kid);
    expect((await mint(daemon, 'default', INPUT)).kid).toBe(kids[0]);
    expect(await verify(daemon, old.token, { audience: 'https://api.example.test' })).toMatchObject({
      status: 'accepted',
    });
    await waitForLens(page, /accepted/);
  });

  it('shows both keys in the tree, and which of them signs', async () => {
    const { page } = editor;
    await expandRow(page, 'Issuers', 'default');
    const [signing = '', verifying = ''] = await listPublished();
    await waitForRow(page, 'Issuers', new RegExp(`${signing.slice(0, 6)}.*signs`));
    await waitForRow(page, 'Issuers', new RegExp(`${verifying.slice(0, 6)}.*verifies`));
    await waitForRow(page, 'Activity', /rotat|activ|key/i);
    await saveScreenshot(page, 'views-after-rotation');
  });

  it('can be staged: the next key is published and signs only when it is activated from the tree', async () => {
    const { page } = editor;
    const before = await listPublished();
    await runCommandWith(page, 'Mintmark: Rotate Signing Key', /default/, /stage|ahead|publish|later/i);
    const kids = await waitFor('a third published key', async () => {
      const published = await listPublished();
      return published.length === 3 && published;
    });
    const next = kids.find((kid) => !before.includes(kid)) ?? '';
    expect((await mint(daemon, 'default', INPUT)).kid).toBe(before[0]);

    await expandRow(page, 'Issuers', 'default');
    await waitForRow(page, 'Issuers', new RegExp(`${next.slice(0, 6)}.*signs in`));
    // The words of the row change all the while: its button still means this key, and asks for none.
    let isDone = false;
    const replan = async (): Promise<void> => {
      for (let step = 1; step <= 200 && !isDone; step++) {
        const plan = { activateAfterSeconds: 1_000 * step };
        await daemon.control('POST', `/issuers/default/keys/${next}/plan`, plan).catch(() => undefined);
      }
    };
    const hasActivated = async (): Promise<boolean> => {
      expect(await findQuickPick(page, /./).count()).toBe(0);
      return (await showIssuer(daemon, 'default')).keys.some(({ kid, state }) => kid === next && state === 'active');
    };
    const activate = () => runRowAction(page, 'Issuers', next.slice(0, 6), /Activate/, hasActivated);
    const end = () => {
      isDone = true;
    };
    await Promise.all([replan(), activate().finally(end)]);
    expect((await mint(daemon, 'default', INPUT)).kid).toBe(next);
  });

  it('leaves an issuer folded in the tree that a person has folded', async () => {
    const { page } = editor;
    await foldRow(page, 'Issuers', 'default');
    const before = await readRows(page, 'Issuers');
    await daemon.control('POST', '/issuers/default/keys/rotate', {});
    const [signing = ''] = await listPublished();
    await waitForRow(page, 'Activity', new RegExp(`${signing.slice(0, 6)}.*signs`));
    expect(await readRows(page, 'Issuers')).toEqual(before);
    await expandRow(page, 'Issuers', 'default');
    await waitForRow(page, 'Issuers', new RegExp(`${signing.slice(0, 6)}.*signs$`, 'm'));
  });

  it('staged, signs by itself when its time has come, and the tree says so', async () => {
    const { page } = editor;
    const { next, notification } = await stageRotation();
    await saveScreenshot(page, 'rotation-staged');
    await runCommand(page, 'Mintmark: Show Key Timeline');
    const timeline = await findPage(page, /published, signs in/);
    await saveScreenshot(page, 'timeline-of-a-staged-key');
    await daemon.control('POST', `/issuers/default/keys/${next}/plan`, { activateAfterSeconds: 1 });
    await waitFor('the next key to sign', async () => (await mint(daemon, 'default', INPUT)).kid === next);
    await waitForRow(page, 'Issuers', new RegExp(`${next.slice(0, 6)}.*signs$`, 'm'));
    await notification.waitFor({ state: 'detached' });
    await waitFor('the picture', async () => !/published, signs in/.test(await readPage(timeline)));
  });

  it('staged, can be taken back: the notification goes, and the key waits for a person', async () => {
    const { page } = editor;
    // A page behind a list may take the focus back while the machine is busy, and the list goes.
    await closeAllEditors(page);
    const { next, notification } = await stageRotation();

    await runCommandWith(page, 'Mintmark: Rotate Signing Key', /default/);
    await findQuickPick(page, /Do not sign by itself/).waitFor();
    await saveScreenshot(page, 'rotate-with-a-staged-key');
    await choose(page, new RegExp(`Do not sign by itself: ${next.slice(0, 6)}`));
    await notification.waitFor({ state: 'detached' });
    await waitForRow(page, 'Issuers', new RegExp(`${next.slice(0, 6)}.*ready in`));
    await waitForRow(page, 'Activity', /plan taken back/);
  });
});

describe('Revoke Signing Key', () => {
  let victim: Minted;

  beforeAll(async () => {
    const { page } = editor;
    victim = await mint(daemon, 'default', { ...INPUT, subject: 'repo:acme/victim' });
    editor.session.writeFile('victim.env', `TOKEN=${victim.token}\n`);
    await openFile(page, 'victim.env');
    await waitForLens(page, /accepted/);
    await useLens(page, 'Watch', (withinMs) => waitForRow(page, 'Tokens', /accepted/, withinMs));
    await placeCursor(page, 1, 20);
    await runCommand(page, 'Mintmark: Inspect Token');
    await findPage(page, /repo:acme\/victim/);
  });

  it('warns how many tokens it breaks, and turns the watched one in lens, view, inspector and notification at once', async () => {
    const { page } = editor;
    await runCommandWith(page, 'Mintmark: Revoke Signing Key', /default/, new RegExp(victim.kid.slice(0, 6)));
    const warning = findDialog(page, /token/i);
    await warning.waitFor();
    await saveScreenshot(page, 'revoke-warning');
    await warning.getByRole('button', { name: /revoke/i }).click();
    await waitFor('the key to be revoked', async () =>
      (await showIssuer(daemon, 'default')).keys.some(({ kid, state }) => kid === victim.kid && state === 'revoked'),
    );

    const toast = findNotification(page, /key_revoked|revoked/i);
    // At once, and not when something else happens: nothing does within this time. The notification hides by itself.
    const [buttons] = await Promise.all([
      toast.waitFor().then(() => toast.getByRole('button').allInnerTexts()),
      findLens(page, /refused/)
        .first()
        .waitFor(),
      waitForRow(page, 'Tokens', /tim …\w+\s*key revoked/),
      waitFor('the inspector', async () => /refused/i.test(await readPage(await findPage(page, /victim/)))),
    ]);
    await saveScreenshot(page, 'revoked-in-lens-view-inspector-and-notification');
    expect(buttons).not.toEqual([]);
  });

  afterAll(async () => {
    await closeAllEditors(editor.page);
  });
});

describe('the walkthrough', () => {
  it('has the steps ticked off that were done before it was opened, and no other', async () => {
    const { page } = editor;
    await runCommand(page, 'Mintmark: Open Walkthrough');
    for (const title of ['Read a token', 'Start your issuer', 'Mint, watch, rotate']) {
      await findTicks(page, title).waitFor();
    }
    expect(await findTicks(page).count()).toBe(3);
  });
});
