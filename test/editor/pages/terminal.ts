import type { Locator, Page } from 'playwright-core';
import { runCommand } from './workbench.ts';

/** Types a line into the active terminal. */
export async function runInTerminal(page: Page, line: string): Promise<void> {
  await page.locator('.terminal-wrapper.active textarea.xterm-helper-textarea').focus();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

export async function openTerminal(page: Page): Promise<void> {
  await runCommand(page, 'Terminal: Create New Terminal');
  await findTerminalRows(page)
    .filter({ hasText: '$' })
    .or(findTerminalRows(page).filter({ hasText: '#' }))
    .first()
    .waitFor();
}

/** The rows of the active terminal; drawn as elements, since there is no GPU. */
export const findTerminalRows = (page: Page): Locator => page.locator('.terminal-wrapper.active .xterm-rows > div');

/** Follows a link of the terminal once it is one, as a click with Control does. */
export async function followTerminalLink(page: Page, text: string): Promise<void> {
  const row = findTerminalRows(page).filter({ hasText: text }).last();
  const box = await row.boundingBox();
  if (box === null) throw new Error('the row is not on the screen');
  // The terminal's own layer lies over its rows: the mouse goes to a place, not to an element.
  const [x, y] = [box.x + 60, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.locator('.monaco-hover:visible').filter({ hasText: /click/ }).waitFor();
  await page.keyboard.down('Control');
  await page.mouse.click(x, y);
  await page.keyboard.up('Control');
}
