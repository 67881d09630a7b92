import type { Frame, Page } from 'playwright-core';
import { waitFor } from '../../support/wait.ts';
import { readShown } from './read-shown.ts';

/** The page inside a webview, by a part of what it says: the editor wraps it in two frames of its own. */
export function findPage(page: Page, text: string | RegExp, withinMs?: number): Promise<Frame> {
  return waitFor(
    `a webview that says ${text}`,
    async () => {
      for (const frame of listPages(page)) {
        const said = await readPage(frame);
        if (typeof text === 'string' ? said.includes(text) : text.test(said)) return frame;
      }
      return null;
    },
    withinMs,
  );
}

/** Every page that a webview shows at the moment. */
export function listPages(page: Page): Frame[] {
  return page.frames().filter((frame) => frame.name() === 'active-frame' || frame.url().includes('/fake.html'));
}

/**
 * Fills in a field of a page, by its label: what takes the focus in between, as a list does that closes, gets the text.
 */
export async function fillIn(frame: Frame, label: string | RegExp, text: string): Promise<void> {
  const field = frame.getByLabel(label);
  await waitFor(`${text} in ${label}`, async () => {
    await field.fill(text);
    return (await field.inputValue()) === text;
  });
}

/** What a page shows; empty while it is being replaced. */
export async function readPage(frame: Frame): Promise<string> {
  try {
    return await readShown(frame.locator('body'));
  } catch {
    return '';
  }
}

/** What reaches over the right edge of a page, without being in a part that scrolls by itself. */
export function listOverflowing(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => {
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      element !== document.body &&
      (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
    return [...document.querySelectorAll('body *')]
      .filter(
        (element) => element.getBoundingClientRect().right > window.innerWidth + 1 && !scrolls(element.parentElement),
      )
      .map((element) => element.outerHTML.slice(0, 160));
  });
}

/**
 * Ordinary buttons whose border is drawn like the focus or like the border of the primary one, without being either.
 */
export function listFocusLike(frame: Frame): Promise<string[]> {
  return frame.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('i'));
    const resolve = (name: string): string => {
      probe.style.color = `var(${name}, transparent)`;
      return getComputedStyle(probe).color;
    };
    const loud = ['--vscode-focusBorder', '--vscode-button-border', '--vscode-button-background'].map(resolve);
    probe.remove();
    return [...document.querySelectorAll('button:not(.primary, :focus)')]
      .filter((button) => loud.includes(getComputedStyle(button).borderTopColor))
      .filter((button) => getComputedStyle(button).borderTopColor !== 'rgba(0, 0, 0, 0)')
      .map((button) => button.textContent ?? '');
  });
}
