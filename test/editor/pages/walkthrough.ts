import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../support/wait.ts';
import { happens, PATIENCE_MS } from './happens.ts';

/** A step of the walkthrough that is open, by words of its title. */
export function findStep(page: Page, title: string): Locator {
  return page.locator('.getting-started-step', { hasText: title });
}

/** What the steps with these words have before their titles once they are done; of all steps without words. */
export function findTicks(page: Page, title = ''): Locator {
  return findStep(page, title).locator('.codicon-getting-started-step-checked');
}

/** Opens a step, unless it is open, and presses one of its buttons. */
export async function followStep(page: Page, title: string, button: string): Promise<void> {
  const step = findStep(page, title);
  const link = step.getByText(button, { exact: true });
  await waitFor(`the step ${title}`, async () => {
    if ((await step.getAttribute('aria-expanded')) !== 'true') await step.click();
    return happens(link.waitFor({ timeout: PATIENCE_MS }));
  });
  await link.click();
}
