import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../support/wait.ts';
import { comesToHold, happens, PATIENCE_MS } from './happens.ts';
import { runCommand } from './workbench.ts';

/**
 * Types a line into the active terminal, and ends it once all of it stands there: what takes the focus meanwhile gets
 * the keys too, and then the line is taken back and typed again.
 */
export async function runInTerminal(page: Page, line: string): Promise<void> {
  const typed = removeSpace(line);
  const isTyped = async () => removeSpace((await findTerminalRows(page).allInnerTexts()).join('')).includes(typed);
  await waitFor(`${line} in the terminal`, async () => {
    await page.locator('.terminal-wrapper.active textarea.xterm-helper-textarea').focus();
    await page.keyboard.press('Control+u');
    await page.keyboard.type(line);
    return comesToHold(isTyped, 2 * PATIENCE_MS);
  });
  await page.keyboard.press('Enter');
}

/** Lines are broken where the terminal ends, and empty cells may be any kind of space. */
const removeSpace = (text: string): string => text.replace(/\s+/g, '');

/** Opens a terminal and waits for its prompt: the one before it may still be there, with a prompt of its own. */
export async function openTerminal(page: Page): Promise<void> {
  await page.locator('.terminal-wrapper').evaluateAll((all) => {
    for (const each of all) each.setAttribute('data-earlier', '');
  });
  await runCommand(page, 'Terminal: Create New Terminal');
  const rows = page.locator('.terminal-wrapper.active:not([data-earlier]) .xterm-rows > div');
  await rows.filter({ hasText: /[$#]/ }).first().waitFor();
}

/** Ends the active terminal and waits until it is gone: what is typed into it meanwhile would be lost. */
export async function killTerminal(page: Page): Promise<void> {
  await page.locator('.terminal-wrapper.active').evaluate((each) => each.setAttribute('data-ending', ''));
  await runCommand(page, 'Terminal: Kill the Active Terminal Instance');
  await page.locator('.terminal-wrapper[data-ending]').waitFor({ state: 'detached' });
}

/** The rows of the active terminal; drawn as elements, since there is no GPU. */
export const findTerminalRows = (page: Page): Locator => page.locator('.terminal-wrapper.active .xterm-rows > div');

/** Follows a link of the terminal once it is one, as a click with Control does, until its effect is there. */
export async function followTerminalLink(
  page: Page,
  text: string,
  effect: (withinMs: number) => Promise<unknown>,
): Promise<void> {
  const row = findTerminalRows(page).filter({ hasText: text }).last();
  await row.waitFor();
  await waitFor(`an effect of the link ${text}`, async () => {
    const box = await row.boundingBox();
    if (box === null) return false;
    // The terminal's own layer lies over its rows: the mouse goes to a place, not to an element.
    const [x, y] = [box.x + 60, box.y + box.height / 2];
    // The terminal looks for links when the mouse comes from another cell.
    await page.mouse.move(x - 30, y);
    await page.mouse.move(x, y);
    const hint = page.locator('.monaco-hover:visible').filter({ hasText: /click/ });
    if (!(await happens(hint.waitFor({ timeout: 2 * PATIENCE_MS })))) return false;
    await page.keyboard.down('Control');
    await page.mouse.click(x, y);
    await page.keyboard.up('Control');
    return happens(effect(4 * PATIENCE_MS));
  });
}
