import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../support/wait.ts';
import { comesToHold, happens, PATIENCE_MS } from './happens.ts';

export type ViewName = 'Issuers' | 'Tokens' | 'Activity';

/** Shows the container with our three views. A click on the tab of what is open already would fold it. */
export async function openViews(page: Page): Promise<void> {
  const pane = page.locator('.pane-header').filter({ hasText: 'Issuers' });
  const tab = page.locator('.activitybar').getByRole('tab', { name: /^Mintmark/ });
  await waitFor('our views', async () => {
    if (await pane.isVisible()) return true;
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    return happens(pane.waitFor({ timeout: 2 * PATIENCE_MS }));
  });
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
  await waitFor(`${text} in ${name} to be ${isOpen ? 'unfolded' : 'folded'}`, async () => {
    if (await isTurned()) return true;
    await happens(row.locator('.monaco-tl-twistie').click({ timeout: PATIENCE_MS }));
    // A row that is drawn anew between the press and the release of the button has not been clicked.
    return comesToHold(isTurned, PATIENCE_MS);
  });
}

/**
 * Clicks an inline action of a row, by its title, until its effect is there: what is drawn anew between the press and
 * the release of the button has not been clicked, and the action may be gone with its effect.
 */
export async function runRowAction(
  page: Page,
  name: ViewName,
  text: string | RegExp,
  action: string | RegExp,
  effect: () => Promise<boolean>,
): Promise<void> {
  const row = await findRow(page, name, text);
  await waitFor(`an effect of ${action}`, async () => {
    await happens(row.hover({ timeout: PATIENCE_MS }));
    await happens(row.getByRole('button', { name: action }).click({ timeout: PATIENCE_MS }));
    return comesToHold(effect, 2 * PATIENCE_MS);
  });
}
