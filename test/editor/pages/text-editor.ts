import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../support/wait.ts';
import { happens, PATIENCE_MS } from './happens.ts';
import { readShown } from './read-shown.ts';
import { openList, runCommand } from './workbench.ts';

const activeEditor = (page: Page): Locator => page.locator('.editor-group-container.active .monaco-editor').first();

/** Opens a new document and waits until it has the keyboard: what is typed before goes into the one of before. */
export async function openUntitled(page: Page): Promise<void> {
  await runCommand(page, 'File: New Untitled Text File');
  const focused = '.monaco-editor.focused[data-uri^="untitled:"]';
  await page.locator(`.editor-group-container.active ${focused}`).waitFor({ state: 'attached' });
}

/** Takes back what was changed in the active editor, which can be closed without a question then. */
export async function revertFile(page: Page): Promise<void> {
  await runCommand(page, 'File: Revert File');
  await page.locator('.editor-group-container.active .tab.active.dirty').waitFor({ state: 'detached' });
}

/** Puts the cursor of the active editor there, which has the keyboard then; both count from 1. */
export async function placeCursor(page: Page, line: number, column: number): Promise<void> {
  const place = page.locator('[id="status.editor.selection"]').filter({ hasText: `Ln ${line}, Col ${column}` });
  const list = page.locator('.quick-input-widget');
  const focused = page.locator('.editor-group-container.active .monaco-editor.focused');
  await waitFor(`the cursor at ${line}:${column}`, async () => {
    if (!(await openList(page, 'Control+g', `:${line}:${column}`))) return false;
    await page.keyboard.press('Enter');
    const [isClosed, isThere, hasFocus] = await Promise.all([
      happens(list.waitFor({ state: 'hidden', timeout: PATIENCE_MS })),
      happens(place.waitFor({ state: 'attached', timeout: PATIENCE_MS })),
      happens(focused.waitFor({ state: 'attached', timeout: PATIENCE_MS })),
    ]);
    return isClosed && isThere && hasFocus;
  });
}

/**
 * Opens the hover at the cursor and waits until it says this: its parts arrive one by one. One that went again, as it
 * does when the editor moves below it, is opened anew.
 */
export function waitForHover(page: Page, pattern: string | RegExp): Promise<string> {
  const hover = findHover(page);
  const read = async () => {
    const text = await readShown(hover);
    return (typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text)) && text;
  };
  return waitFor(
    `a hover that says ${pattern}`,
    async () => {
      await runCommand(page, 'Show or Focus Hover');
      return waitFor('its parts', read, 5_000).catch(() => null);
    },
    30_000,
  );
}

export const findHover = (page: Page): Locator => page.locator('.monaco-hover:visible .monaco-hover-content');

export async function closeHover(page: Page): Promise<void> {
  await waitFor('the hover to go', async () => {
    await page.keyboard.press('Escape');
    return happens(findHover(page).waitFor({ state: 'hidden', timeout: PATIENCE_MS }));
  });
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

/** How long a command of a lens may take to be under way: it is not clicked twice where once was enough. */
const EFFECT_MS = 8_000;

/**
 * Clicks one command of the lenses, by its whole title. While lenses are asked for anew, the editor has none behind the
 * words that it still shows: then it is clicked again. What `effect` waits for, it gives
 * up after the time that it gets.
 */
export async function useLens(
  page: Page,
  title: string,
  effect: (withinMs: number) => Promise<unknown>,
  at = 0,
): Promise<void> {
  const whole = new RegExp(`^${title.replaceAll(' ', '\\s')}$`);
  const command = activeEditor(page).locator('.codelens-decoration a').filter({ hasText: whole }).nth(at);
  await waitFor(
    `an effect of ${title}`,
    async () => {
      await happens(command.click({ timeout: 2 * PATIENCE_MS }));
      return happens(effect(EFFECT_MS));
    },
    30_000,
  );
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

/** Waits until the Problems view lists a problem like this; what it lists then. */
export async function waitForProblem(page: Page, pattern: RegExp): Promise<string[]> {
  return waitFor(`a problem like ${pattern}`, async () => {
    const problems = await readProblems(page);
    return problems.some((problem) => pattern.test(problem)) && problems;
  });
}

/** The quick fixes at the cursor, by title, once there are as many; the menu stays open. */
export function openQuickFixes(page: Page, least: number): Promise<string[]> {
  const rows = page.locator('.action-widget:visible .monaco-list-row.action');
  return waitFor('the quick fixes', async () => {
    await page.keyboard.press('Control+.');
    await happens(rows.first().waitFor({ timeout: 2 * PATIENCE_MS }));
    const titles = await rows.allInnerTexts();
    if (titles.length >= least) return titles.map((text) => text.trim());
    await page.keyboard.press('Escape');
    return null;
  });
}

export async function applyQuickFix(page: Page, title: string | RegExp): Promise<void> {
  await page.locator('.action-widget:visible .monaco-list-row.action').filter({ hasText: title }).click();
}
