import type { Page } from 'playwright-core';
import { findStatus } from './workbench.ts';

/** Opens the menu of our item in the status bar; what it offers, from top to bottom. */
export async function openStatusMenu(page: Page): Promise<string[]> {
  await findStatus(page).click();
  const labels = page.locator('.quick-input-widget:visible .monaco-list-row .label-name');
  await labels.first().waitFor();
  return (await labels.allInnerTexts()).map((label) => label.replaceAll('\u00a0', ' ').trim());
}
