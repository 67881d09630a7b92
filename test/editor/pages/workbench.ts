import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../support/wait.ts';
import { happens, PATIENCE_MS } from './happens.ts';

const MOST_PATIENCE_MS = 6_000;
/** Nobody takes a key back: one that was pressed is waited for, however busy the window is. */
const KEY_MS = 10_000;

const quickInput = (page: Page): Locator => page.locator('.quick-input-widget:visible');

/**
 * Runs a command as people do: by its title, from the palette, with the keyboard. The palette lists what was possible
 * when it was opened: it is opened again until the command is.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const shown = new RegExp(`^${escapePattern(title)}(,|$)`);
  await acceptOffer(page, shown, 'F1', `>${title}`);
}

/**
 * Opens a list, again and again, until it has a row with this label and the keyboard has come down to it, and accepts
 * the row. A list also goes when something else takes the focus, as a page does that was opened before.
 */
async function acceptOffer(page: Page, label: string | RegExp, key: string, text: string): Promise<void> {
  const row = findQuickPick(page, label).first();
  let patienceMs = PATIENCE_MS;
  await waitFor(
    `${label} in a list`,
    async () => {
      const isOffered = (await openList(page, key, text)) && (await happens(row.waitFor({ timeout: patienceMs })));
      if (isOffered && (await goDownTo(page, row)) && (await accept(page))) return true;
      // On a slow machine what is asked for takes longer than the time after which it is asked for anew.
      patienceMs = Math.min(2 * patienceMs, MOST_PATIENCE_MS);
      await page.keyboard.press('Escape');
      return false;
    },
    40_000,
  );
}

/** Opens a list by its key and types into it; false when something else had the key. */
export async function openList(page: Page, key: string, text: string): Promise<boolean> {
  await page.keyboard.press(key);
  const input = quickInput(page).locator('input[type=text]');
  return happens(input.fill(text, { timeout: PATIENCE_MS }));
}

/**
 * Presses Enter in the open list and nowhere else: what took its place in the meantime would get the key otherwise, and
 * nothing would have been accepted. False when the list is gone.
 */
function accept(page: Page): Promise<boolean> {
  return happens(quickInput(page).locator('input[type=text]').press('Enter', { timeout: KEY_MS }));
}

const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Goes down the open list until the row is the one that Enter means; false when it does not come there. */
async function goDownTo(page: Page, row: Locator): Promise<boolean> {
  const readClass = () => row.getAttribute('class', { timeout: PATIENCE_MS }).catch(() => null);
  const isFocused = async () => (await readClass())?.includes('focused') ?? false;
  const count = await quickInput(page).locator('.monaco-list-row').count();
  for (let step = 0; step <= count && !(await isFocused()); step++) await page.keyboard.press('ArrowDown');
  return isFocused();
}

/** Titles that the palette offers for this text. */
export async function listCommands(page: Page, text: string): Promise<string[]> {
  await waitFor('the palette', () => openList(page, 'F1', `>${text}`));
  const rows = quickInput(page).locator('.monaco-list-row');
  await rows.first().waitFor();
  const labels = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
  await page.keyboard.press('Escape');
  return labels.map((label) => label.replace(/,.*/, ''));
}

/** A row of the open quick pick, by the beginning of its label or by pattern. */
export function findQuickPick(page: Page, label: string | RegExp): Locator {
  return quickInput(page).getByRole('option', { name: label });
}

/** Chooses a row of the quick pick that is open or about to open, going down to it with the keyboard. */
export async function choose(page: Page, label: string | RegExp): Promise<void> {
  const row = findQuickPick(page, label).first();
  await row.waitFor();
  await waitFor(`${label} to be accepted`, async () => (await goDownTo(page, row)) && accept(page));
}

/** Accepts what a list offers first, once it does: it asks its question before it has its rows. */
export async function chooseFirst(page: Page, question: RegExp): Promise<void> {
  const input = quickInput(page).locator('input[type=text]');
  await waitFor(`the question ${question}`, async () =>
    question.test((await input.getAttribute('placeholder', { timeout: PATIENCE_MS }).catch(() => null)) ?? ''),
  );
  await quickInput(page).locator('.monaco-list-row.focused').first().waitFor();
  await accept(page);
}

/**
 * Runs a command that asks by lists, and answers them one after the other. A page behind a list may take the focus
 * back while the machine is busy, and the list goes: nothing has happened then, and all of it begins anew.
 */
export async function runCommandWith(page: Page, title: string, ...labels: readonly RegExp[]): Promise<void> {
  const isAnswered = async () => {
    await runCommand(page, title);
    for (const label of labels) {
      const row = findQuickPick(page, label).first();
      const isOffered = (await happens(row.waitFor({ timeout: MOST_PATIENCE_MS }))) && (await goDownTo(page, row));
      if (!isOffered || !(await accept(page))) {
        for (let step = 0; step < 2; step++) await page.keyboard.press('Escape');
        return false;
      }
    }
    return true;
  };
  await waitFor(`${title}: ${labels.join(', ')}`, isAnswered, 60_000);
}

/** Types into the list that is open or about to open, and accepts the row with this text once it is the one offered. */
export async function answer(page: Page, text: string): Promise<void> {
  await quickInput(page).locator('input[type=text]').fill(text);
  await quickInput(page).locator('.monaco-list-row.focused').filter({ hasText: text }).waitFor();
  await accept(page);
}

/** A toast, by what it says. */
export function findNotification(page: Page, text: string | RegExp): Locator {
  return page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
}

export async function closeNotifications(page: Page): Promise<void> {
  await runCommand(page, 'Notifications: Clear All Notifications');
}

/** A modal dialog, by what it says. */
export function findDialog(page: Page, text: string | RegExp): Locator {
  return page.locator('.monaco-dialog-box').filter({ hasText: text });
}

/** Our one item in the status bar. */
export function findStatus(page: Page): Locator {
  return page.locator('.statusbar-item[id^="mintmark"]');
}

/**
 * Opens a file of the workspace by its name. Its tab is there before its text, in an
 * editor that shows another until then.
 */
export async function openFile(page: Page, name: string): Promise<void> {
  await acceptOffer(page, name, 'Control+p', name);
  await findTab(page, name).waitFor();
  await page
    .locator(`.editor-group-container.active .monaco-editor[data-uri$="/${name}"] .view-line`)
    .first()
    .waitFor();
}

/** The active tab of the active group, by its name. */
export function findTab(page: Page, name: string | RegExp): Locator {
  return page.locator('.editor-group-container.active .tab.active').filter({ hasText: name });
}

/**
 * Closes all editors and waits until they are gone, pages with them: a page of before must not be taken for the next.
 */
export async function closeAllEditors(page: Page): Promise<void> {
  await runCommand(page, 'View: Close All Editors');
  const left = page.locator('.editor-group-container .tab, iframe.webview');
  await waitFor('the editors to be gone', async () => (await left.count()) === 0);
}

/** Waits until the window can be used and our extension is up in it. */
export async function waitForWorkbench(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 90_000 });
  await findStatus(page).waitFor({ timeout: 90_000 });
}
