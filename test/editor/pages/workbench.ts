import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../support/wait.ts';

const quickInput = (page: Page): Locator => page.locator('.quick-input-widget:visible');

/**
 * Runs a command as people do: by its title, from the palette, with the keyboard. The palette lists what was possible when
 * it was opened: it is opened again until the command is.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const shown = new RegExp(`^${escapePattern(title)}(,|$)`);
  await acceptOffer(page, shown, 'F1', `>${title}`);
}

/** Opens a list, again and again, until it has a row with this label; then goes down to it and accepts it. */
async function acceptOffer(page: Page, label: string | RegExp, key: string, text: string): Promise<void> {
  const row = findQuickPick(page, label).first();
  await waitFor(`${label} in a list`, async () => {
    if ((await openList(page, key, text)) && (await appears(row))) return true;
    await page.keyboard.press('Escape');
    return false;
  });
  await acceptRow(page, row);
}

/** Opens a list by its key and types into it; false when something else had the key. */
async function openList(page: Page, key: string, text: string): Promise<boolean> {
  await page.keyboard.press(key);
  const input = quickInput(page).locator('input[type=text]');
  if (!(await appears(input))) return false;
  await input.fill(text);
  return true;
}

const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const appears = (row: Locator): Promise<boolean> =>
  row.waitFor({ timeout: 1_500 }).then(
    () => true,
    () => false,
  );

/** Goes down the open list until the row is the one that Enter means, and presses it. */
async function acceptRow(page: Page, row: Locator): Promise<void> {
  const isFocused = async () => (await row.getAttribute('class'))?.includes('focused') ?? false;
  const count = await quickInput(page).locator('.monaco-list-row').count();
  for (let step = 0; step <= count && !(await isFocused()); step++) await page.keyboard.press('ArrowDown');
  if (!(await isFocused())) throw new Error('the keyboard does not reach the row');
  await page.keyboard.press('Enter');
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
  await acceptRow(page, row);
}

/** Types into the input box that is open or about to open, and accepts it. */
export async function answer(page: Page, text: string): Promise<void> {
  const input = quickInput(page).locator('input');
  await input.waitFor();
  await input.fill(text);
  await page.keyboard.press('Enter');
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

/** Opens a file of the workspace by its name. */
export async function openFile(page: Page, name: string): Promise<void> {
  await acceptOffer(page, name, 'Control+p', name);
  await findTab(page, name).waitFor();
  await page.locator('.editor-group-container.active .monaco-editor .view-line').first().waitFor();
}

/** The active tab of the active group, by its name. */
export function findTab(page: Page, name: string | RegExp): Locator {
  return page.locator('.editor-group-container.active .tab.active').filter({ hasText: name });
}

export async function closeAllEditors(page: Page): Promise<void> {
  await runCommand(page, 'View: Close All Editors');
}

/** Waits until the window can be used and our extension is up in it. */
export async function waitForWorkbench(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 60_000 });
  await findStatus(page).waitFor({ timeout: 60_000 });
}
