import type { Locator } from 'playwright-core';

/** What people read there: the rendered text, with line breaks, without what is hidden. */
export async function readShown(locator: Locator): Promise<string> {
  return (await locator.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
}
