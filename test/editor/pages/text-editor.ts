import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../support/wait.ts';
import { readShown } from './read-shown.ts';
import { runCommand } from './workbench.ts';

const activeEditor = (page: Page): Locator => page.locator('.editor-group-container.active .monaco-editor').first();

/** Puts the cursor of the active editor there; both count from 1. */
export async function placeCursor(page: Page, line: number, column: number): Promise<void> {
  await page.keyboard.press('Control+g');
  const input = page.locator('.quick-input-widget:visible input');
  await input.waitFor();
  await input.fill(`:${line}:${column}`);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

/** Opens the hover at the cursor and waits until it says this: its parts arrive one by one. */
export async function waitForHover(page: Page, pattern: string | RegExp): Promise<string> {
  await runCommand(page, 'Show or Focus Hover');
  const hover = findHover(page);
  return waitFor(`a hover that says ${pattern}`, async () => {
    const text = await readShown(hover);
    return (typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text)) && text;
  });
}

export const findHover = (page: Page): Locator => page.locator('.monaco-hover:visible .monaco-hover-content');

export async function closeHover(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await findHover(page).waitFor({ state: 'hidden' });
}

/** The code lenses of the active editor, one text per line that has some, from top to bottom. */
export async function readLenses(page: Page): Promise<string[]> {
  const texts = await activeEditor(page).locator('.codelens-decoration').allInnerTexts();
  return texts.map((text) => text.replaceAll('\u00a0', ' '));
}

export function waitForLens(page: Page, pattern: RegExp, withinMs?: number): Promise<string> {
  return waitFor(
    `a lens like ${pattern}`,
    async () => (await readLenses(page)).find((text) => pattern.test(text)),
    withinMs,
  );
}

/** The lenses of every open editor that say this. */
export const findLens = (page: Page, text: RegExp): Locator =>
  page.locator('.monaco-editor .codelens-decoration').filter({ hasText: text });

/** Clicks one command of the lenses, by its title. */
export async function clickLens(page: Page, title: string | RegExp, at = 0): Promise<void> {
  await activeEditor(page).locator('.codelens-decoration a').filter({ hasText: title }).nth(at).click();
}

/** The text of the active editor as it is drawn; for documents that fit on the screen. */
export async function readText(page: Page): Promise<string> {
  const lines = activeEditor(page).locator('.view-line');
  const drawn = await lines.evaluateAll((all) =>
    all
      .map((line) => ({ top: Number.parseFloat((line as HTMLElement).style.top), text: line.textContent ?? '' }))
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => text),
  );
  return drawn.join('\n').replaceAll('\u00a0', ' ');
}

/** What the Problems view lists, one text per problem. */
export async function readProblems(page: Page): Promise<string[]> {
  await runCommand(page, 'Problems: Focus on Problems View');
  const panel = page.locator('.markers-panel');
  await panel.waitFor();
  const rows = await panel
    .locator('.monaco-list-row')
    .evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? row.textContent ?? ''));
  return rows;
}

/** The quick fixes at the cursor, by title; the menu stays open. */
export async function openQuickFixes(page: Page): Promise<string[]> {
  await page.keyboard.press('Control+.');
  const rows = page.locator('.action-widget:visible .monaco-list-row.action');
  await rows.first().waitFor();
  return (await rows.allInnerTexts()).map((text) => text.trim());
}

export async function applyQuickFix(page: Page, title: string | RegExp): Promise<void> {
  await page.locator('.action-widget:visible .monaco-list-row.action').filter({ hasText: title }).click();
}
