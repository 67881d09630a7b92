import { window, workspace } from 'vscode';
import { describeToken } from '../describe-token.ts';
import type { GatheredToken } from './gather-token.ts';

/** Shows what a token says. No key, no network, no daemon: nothing is verified by it. */
export async function inspectGathered({ token }: GatheredToken): Promise<void> {
  const content = describeToken(token, Date.now() / 1_000);
  await window.showTextDocument(await workspace.openTextDocument({ language: 'markdown', content }));
}
