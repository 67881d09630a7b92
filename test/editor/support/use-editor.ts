import { chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { saveScreenshot } from '../pages/screenshots.ts';
import { listLeaks } from './list-leaks.ts';
import { CONTEXT, type EditorSession, openSession, type SessionOptions } from './session.ts';

export interface Editor {
  readonly session: EditorSession;
  /** The first window. */
  readonly page: Page;
}

/**
 * One editor for all tests of a file, with a window open. Every test that fails leaves a picture of its windows;
 * whatever the tests did, no token may survive them.
 */
export function useEditor(prepare: () => SessionOptions = () => ({})): Editor {
  let session: EditorSession | undefined;
  let page: Page | undefined;
  let end = async (): Promise<void> => {};

  beforeAll(async () => {
    const browser = await chromium.connect(inject('browser'));
    end = () => browser.close();
    const context = await browser.newContext(CONTEXT);
    session = await openSession(context, inject('extensions'), prepare());
    page = await session.openWindow();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || !session) return;
    for (const [at, open] of session.context.pages().entries()) {
      await saveScreenshot(open, `failed-${task.name}-${at}`);
      // A list or an input that was left open would take the keys of the tests that follow.
      for (let step = 0; step < 3; step++) await open.keyboard.press('Escape');
    }
  });
  afterAll(async () => {
    for (const open of session?.context.pages() ?? []) await open.close();
    const leaks = session ? await listLeaks(session) : [];
    await session?.close();
    await end();
    expect(leaks, 'places that survive the session and hold a token or a secret').toEqual([]);
  });

  return {
    get session() {
      if (!session) throw new Error('the editor has not been opened');
      return session;
    },
    get page() {
      if (!page) throw new Error('the editor has not been opened');
      return page;
    },
  };
}
