import type { Page } from 'playwright-core';
import { waitFor } from '../../support/wait.ts';
import { happens, PATIENCE_MS } from './happens.ts';
import { findStatus } from './workbench.ts';

/** Opens the menu of our item in the status bar; what it offers, from top to bottom. */
export async function openStatusMenu(page: Page): Promise<string[]> {
  const labels = page.locator('.quick-input-widget:visible .monaco-list-row .label-name');
  await waitFor('the menu of the status item', async () => {
    await findStatus(page).click();
    return happens(labels.first().waitFor({ timeout: 2 * PATIENCE_MS }));
  });
  return (await labels.allInnerTexts()).map((label) => label.replaceAll('\u00a0', ' ').trim());
}
