import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { PROJECT } from '../../support/program.ts';

const FOLDER = join(PROJECT, 'test-results/screenshots');

/** Leaves a picture of the window for people to look at. */
export async function saveScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const file = `${name.replace(/[^\w-]+/g, '-').slice(0, 100)}.png`;
  await page.screenshot({ path: join(FOLDER, file) });
}
