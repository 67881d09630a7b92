import * as client from 'openid-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { createIssuer } from '../support/daemon.ts';
import { waitFor } from '../support/wait.ts';
import { happens, PATIENCE_MS } from './pages/happens.ts';
import { startIssuer } from './pages/issuer.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import { readText, waitForLens } from './pages/text-editor.ts';
import { fillIn, findPage } from './pages/webviews.ts';
import { findQuickPick, runCommand } from './pages/workbench.ts';
import { listAccessibilityFaults } from './support/check-accessibility.ts';
import type { EditorDaemon } from './support/editor-daemon.ts';
import { useEditor } from './support/use-editor.ts';

const AUDIENCE = 'https://api.example.test';
const NONCE = 'n-0S6_WzA2Mj';
/** How often a list is opened whose keyboard is to stay, and how long each is waited for. */
const MOST_ROUNDS = 4;
const LIST_MS = 15_000;
const editor = useEditor();
let daemon: EditorDaemon;

beforeAll(async () => {
  daemon = await startIssuer(editor);
});

/** A relying party that nobody here wrote judges the token, over HTTP and with its own key cache. */
async function acceptsToken(token: string): Promise<client.IDToken | undefined> {
  const issuer = new URL(`${daemon.baseUrl}/issuers/default`);
  const metadata = { id_token_signed_response_alg: 'RS256' };
  const config = await client.discovery(issuer, AUDIENCE, metadata, client.None(), {
    execute: [client.allowInsecureRequests],
  });
  client.useIdTokenResponseType(config);
  const callback = new URL(`https://rp.example.test/callback#id_token=${token}`);
  return client.implicitAuthentication(config, callback, NONCE);
}

describe('Mint Token', () => {
  it('makes a token in a new editor that a client outside accepts', async () => {
    const { page } = editor;
    await runCommand(page, 'Mintmark: Mint Token');
    const frame = await findPage(page, /Further claims/);
    expect(await listAccessibilityFaults(frame)).toEqual([]);
    await fillIn(frame, /Subject/i, 'repo:acme/shop');
    await fillIn(frame, /Audience/i, AUDIENCE);
    await fillIn(frame, /Claims/i, JSON.stringify({ nonce: NONCE, team: 'shop' }));
    await saveScreenshot(page, 'mint-form');
    await frame.getByRole('button', { name: /mint/i }).click();
    const token = await waitFor(
      'a token in an editor',
      async () => /eyJ[\w-]+\.[\w-]+\.[\w-]+/.exec(await readText(page))?.[0],
    );
    await waitForLens(page, /accepted · local issuer/);
    await saveScreenshot(page, 'minted-token');
    expect(await acceptsToken(token)).toMatchObject({ sub: 'repo:acme/shop', aud: AUDIENCE, team: 'shop' });
    expect(await page.title()).not.toContain(token.slice(0, 12));
    expect(page.url()).not.toContain(token.slice(0, 12));
  });

  it('says what is wrong with claims that are no JSON, and mints nothing', async () => {
    const { page } = editor;
    const before = await daemon.control('GET', '/tokens');
    await runCommand(page, 'Mintmark: Mint Token');
    const frame = await findPage(page, /Further claims/);
    await fillIn(frame, /Claims/i, '{"team": shop}');
    await frame.getByRole('button', { name: /mint/i }).click();
    await findPage(page, /Not JSON at line 1/);
    await saveScreenshot(page, 'mint-form-with-a-mistake');
    expect((await daemon.control('GET', '/tokens')).text).toBe(before.text);
  });

  it('tells at its field what the issuer refuses, where it is seen, and shows no token of before', async () => {
    const { page } = editor;
    await runCommand(page, 'Mintmark: Mint Token');
    const frame = await findPage(page, /Further claims/);
    await fillIn(frame, /Claims/i, '{}');
    await frame.getByLabel('Copy to the clipboard').check();
    await frame.getByRole('button', { name: /mint/i }).click();
    await findPage(page, /Minted and signed/);
    await fillIn(frame, /Lifetime/i, '2d');
    await frame.getByRole('button', { name: /mint/i }).click();
    const fault = frame.getByText(/lives 1s to 1d/);
    await fault.waitFor();
    await saveScreenshot(page, 'mint-form-refused');
    await waitFor('the fault to be seen', () =>
      fault.evaluate((node) => node.getBoundingClientRect().bottom <= window.innerHeight),
    );
    await waitFor('its field to have the focus', () =>
      frame.getByLabel(/Lifetime/i).evaluate((node) => node === document.activeElement),
    );
    expect(await frame.getByText('Minted and signed').count()).toBe(0);
    await fillIn(frame, /Lifetime/i, '5m');
    await frame.getByRole('button', { name: /mint/i }).click();
    await findPage(page, /Minted and signed/);
    await fillIn(frame, /Claims/i, '{');
    await frame.getByRole('button', { name: /mint/i }).click();
    await frame.getByText('Minted and signed').waitFor({ state: 'hidden' });
  });

  /**
   * A form that takes the keyboard does so every time. The editor itself takes it once in a while, when its page comes
   * to itself only after the list was opened: what such a list was about begins anew.
   */
  it('leaves the keyboard to the list that a person has opened, also when the form has something new to show', async () => {
    const { page } = editor;
    await runCommand(page, 'Mintmark: Mint Token');
    const frame = await findPage(page, /Further claims/);
    /** What happens in the daemon has come to the form when it offers the issuer. */
    const addIssuer = async (slug: string) => {
      await createIssuer(daemon, slug, { alg: 'ES256' });
      await frame.locator('#issuer option', { hasText: slug }).waitFor({ state: 'attached' });
    };
    const input = page.locator('.quick-input-widget:visible input[type=text]');
    const hasKeyboard = () =>
      input.evaluate((node) => node === document.activeElement, null, { timeout: PATIENCE_MS }).catch(() => false);
    const isOffered = (label: RegExp) => happens(findQuickPick(page, label).first().waitFor({ timeout: LIST_MS }));
    const keepsKeyboard = async (round: number): Promise<boolean> => {
      await runCommand(page, 'Mintmark: Rotate Signing Key');
      if (!(await isOffered(/^default/)) || !(await hasKeyboard())) return false;
      await addIssuer(`meanwhile-${round}`);
      if (!(await hasKeyboard())) return false;
      await page.keyboard.type('default');
      if (!(await happens(findQuickPick(page, /^before/).waitFor({ state: 'detached', timeout: LIST_MS }))))
        return false;
      await page.keyboard.press('Enter');
      return (await isOffered(/now|once/i)) && (await hasKeyboard());
    };
    // The form has the focus that it came with, and takes none any more.
    await addIssuer('before');
    let isKept = false;
    for (let round = 1; round <= MOST_ROUNDS && !isKept; round++) {
      isKept = await keepsKeyboard(round);
      for (let step = 0; step < 2; step++) await page.keyboard.press('Escape');
    }
    expect(isKept).toBe(true);
  });
});
