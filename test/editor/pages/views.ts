import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../support/wait.ts';

export type ViewName = 'Issuers' | 'Tokens' | 'Activity';

/** Shows the container with our three views. */
export async function openViews(page: Page): Promise<void> {
  const pane = page.locator('.pane-header').filter({ hasText: 'Issuers' });
  if (!(await pane.isVisible())) {
    await page.locator('.activitybar').getByRole('tab', { name: 'Mintmark', exact: true }).click();
  }
  await pane.waitFor();
}

/** One view with everything in it; it is unfolded when it is folded. */
export async function openView(page: Page, name: ViewName): Promise<Locator> {
  await openViews(page);
  const pane = page
    .locator('.split-view-view .pane')
    .filter({ has: page.locator(`.pane-header[aria-label^="${name}"]`) });
  const header = pane.locator('.pane-header');
  if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
  return pane;
}

/** What the rows of a view say, from top to bottom. */
export async function readRows(page: Page, name: ViewName): Promise<string[]> {
  const pane = await openView(page, name);
  return pane
    .locator('.monaco-list-row')
    .evaluateAll((rows) => rows.map((row) => (row.querySelector('.monaco-icon-label') ?? row).textContent ?? ''));
}

export function waitForRow(page: Page, name: ViewName, pattern: RegExp, withinMs?: number): Promise<string> {
  return waitFor(
    `a row like ${pattern} in ${name}`,
    async () => (await readRows(page, name)).find((row) => pattern.test(row)),
    withinMs,
  );
}

export async function findRow(page: Page, name: ViewName, text: string | RegExp): Promise<Locator> {
  const pane = await openView(page, name);
  return pane.locator('.monaco-list-row').filter({ hasText: text }).first();
}

/** Unfolds a row that is folded. */
export async function expandRow(page: Page, name: ViewName, text: string | RegExp): Promise<void> {
  await turnRow(page, name, text, true);
}

/** Folds a row that is unfolded. */
export async function foldRow(page: Page, name: ViewName, text: string | RegExp): Promise<void> {
  await turnRow(page, name, text, false);
}

async function turnRow(page: Page, name: ViewName, text: string | RegExp, isOpen: boolean): Promise<void> {
  const row = await findRow(page, name, text);
  await row.waitFor();
  const isTurned = async () => (await row.getAttribute('aria-expanded')) === String(isOpen);
  if (!(await isTurned())) await row.locator('.monaco-tl-twistie').click();
  await waitFor(`${text} in ${name} to be ${isOpen ? 'unfolded' : 'folded'}`, isTurned);
}

/** Clicks an inline action of a row, by its title. */
export async function runRowAction(
  page: Page,
  name: ViewName,
  text: string | RegExp,
  action: string | RegExp,
): Promise<void> {
  const row = await findRow(page, name, text);
  await row.hover();
  await row.getByRole('button', { name: action }).click();
}
