import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { PROJECT } from '../../support/program.ts';

const FOLDER = join(PROJECT, 'test-results/screenshots');

/** Pictures that the README shows, by the name under which a test leaves them. */
const README_FOLDER = join(PROJECT, 'extension/media/readme');
const README_PICTURES: ReadonlyMap<string, string> = new Map([
  ['inspector-of-a-local-token', 'inspector'],
  ['quick-fixes', 'problems'],
  ['revoked-in-lens-view-inspector-and-notification', 'refused'],
  ['dark-timeline', 'key-timeline'],
  ['mint-form', 'mint'],
]);

/** With MINTMARK_README_PICTURES=1 a run makes the pictures of the README anew; any other leaves the checkout clean. */
export const MAKES_README_PICTURES = process.env.MINTMARK_README_PICTURES === '1';

/** Leaves a picture of the window for people to look at. */
export async function saveScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${name.replace(/[^\w-]+/g, '-').slice(0, 100)}.png`);
  await page.screenshot({ path });
  const shown = MAKES_README_PICTURES ? README_PICTURES.get(name) : undefined;
  if (shown === undefined) return;
  mkdirSync(README_FOLDER, { recursive: true });
  copyFileSync(path, join(README_FOLDER, `${shown}.png`));
}
