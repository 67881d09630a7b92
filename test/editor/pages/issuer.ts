import { expect } from 'vitest';
import { waitFor } from '../../support/wait.ts';
import type { EditorDaemon } from '../support/editor-daemon.ts';
import type { Editor } from '../support/use-editor.ts';
import { readShown } from './read-shown.ts';
import { findStatus, runCommand } from './workbench.ts';

/** Starts the issuer from the palette; resolves with its daemon once the status bar says that it runs. */
export async function startIssuer({ page, session }: Editor): Promise<EditorDaemon> {
  await runCommand(page, 'Mintmark: Start Issuer');
  await waitForStatus({ page }, `:${session.port}`);
  const daemon = await session.findDaemon();
  expect(new URL(daemon.baseUrl).port).toBe(String(session.port));
  return daemon;
}

/** Waits until our item in the status bar says this. */
export function waitForStatus(
  { page }: Pick<Editor, 'page'>,
  text: string | RegExp,
  withinMs?: number,
): Promise<string> {
  return waitFor(
    `the status ${text}`,
    async () => {
      const said = (await readShown(findStatus(page))).trim();
      return (typeof text === 'string' ? said.includes(text) : text.test(said)) && said;
    },
    withinMs,
  );
}
