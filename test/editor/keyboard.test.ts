import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchJwks } from '../support/daemon.ts';
import { waitFor } from '../support/wait.ts';
import { waitForStatus } from './pages/issuer.ts';
import { saveScreenshot } from './pages/screenshots.ts';
import { readText } from './pages/text-editor.ts';
import { findPage, listPages } from './pages/webviews.ts';
import { findTab, runCommand, runCommandWith } from './pages/workbench.ts';
import { useEditor } from './support/use-editor.ts';

const editor = useEditor();

const SUBJECT = 'repo:acme/keyboard';
const VALUE = /^BUTTON Copy: the value of /;
/**
 * Twice what a window has: a page that was opened takes the focus to its beginning, also when Tab has gone on already.
 */
const MOST_STEPS = 120;

/** A person without a mouse: any attempt to use it fails the run. */
beforeAll(() => {
  const { mouse } = editor.page;
  for (const action of ['click', 'move', 'down', 'dblclick', 'wheel'] as const) {
    mouse[action] = () => Promise.reject(new Error('no mouse here'));
  }
});

const readFocus = async (page: Page): Promise<string> => {
  for (const frame of listPages(page)) {
    const label = await frame.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return '';
      const labels = 'labels' in element ? [...(element.labels as NodeListOf<HTMLElement>)] : [];
      const named = element.getAttribute('aria-label') ?? labels.map((label) => label.textContent).join(' ');
      return `${element.tagName} ${named || element.textContent}`;
    });
    if (label) return label;
  }
  return '';
};

/** Goes on with Tab until the focus is on what is named like this. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    if (name.test(await readFocus(page))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no ${name} within ${MOST_STEPS} steps of Tab; the focus is on ${await readFocus(page)}`);
}

describe('without a mouse', () => {
  it('a token can be minted', async () => {
    const { page, session } = editor;
    await runCommand(page, 'Mintmark: Start Issuer');
    await waitForStatus(editor, `:${session.port}`);
    await runCommand(page, 'Mintmark: Mint Token');
    const form = await findPage(page, /Further claims/);
    // A page that has just been opened may take the focus to its beginning between two keys: they are pressed anew.
    const field = form.getByLabel(/Subject/i);
    await waitFor('the subject in its field', async () => {
      await tabTo(page, /subject/i);
      await page.keyboard.press('Control+a');
      await page.keyboard.type(SUBJECT);
      return (await field.inputValue()) === SUBJECT;
    });
    await tabTo(page, /^BUTTON .*mint/i);
    await saveScreenshot(page, 'keyboard-focus-in-the-mint-form');
    await page.keyboard.press('Enter');
    await waitFor('a token in an editor', async () => /eyJ/.test(await readText(page)));
  });

  it('it can be inspected, part by part', async () => {
    const { page } = editor;
    await runCommand(page, 'Mintmark: Inspect Token');
    const frame = await findPage(page, /repo:acme\/keyboard/);
    await findTab(page, /inspect|token/i).waitFor();
    const visit = async (...parts: RegExp[]) => {
      for (const part of parts) await tabTo(page, part);
    };
    await visit(/^BUTTON Copy: the token/, /^PRE Text of the token/, /^SUMMARY Verify/);
    if (!(await frame.getByLabel('Expected audience').isVisible())) await page.keyboard.press('Enter');
    await visit(/Expected issuer/, /Expected audience/, /^BUTTON Verify/, /^BUTTON Watch/);
    // A table is one stop; the arrow keys go from row to row in it.
    await visit(/^BUTTON Copy: Header as JSON/, VALUE, /^BUTTON Copy: Claims as JSON/, VALUE);
    const first = await readFocus(page);
    await page.keyboard.press('ArrowDown');
    const second = await readFocus(page);
    expect(second).toMatch(VALUE);
    expect(second).not.toBe(first);
    await saveScreenshot(page, 'keyboard-focus-in-the-inspector');
  });

  it('its key can be rotated', async () => {
    const { page, session } = editor;
    const daemon = await session.findDaemon();
    const count = async () => (await fetchJwks(`${daemon.baseUrl}/issuers/default`)).keys.length;
    const before = await count();
    await runCommandWith(page, 'Mintmark: Rotate Signing Key', /default/, /now|once/i);
    await waitFor('the new key', async () => (await count()) === before + 1);
  });
});
