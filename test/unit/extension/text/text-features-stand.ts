import { vi } from 'vitest';
import type { CancellationToken, CodeLens, Diagnostic } from 'vscode';
import { createTextFeatures } from '../../../../extension/features/text/text-features.ts';
import { showDocuments, world } from './editor-world.ts';
import { makeContext } from './make-context.ts';
import type { Text } from './make-document.ts';

export const uncancelled = { isCancellationRequested: false } as CancellationToken;

/** The features of texts, over an issuer that a test plays. */
export function start() {
  const context = makeContext();
  return { ...context, features: createTextFeatures(context.context, () => {}) };
}

/** Shows these documents and waits until everything that follows from it has happened. */
export async function show(...texts: Text[]): Promise<void> {
  showDocuments(...texts.map(({ document }) => document));
  await vi.advanceTimersByTimeAsync(300);
}

/** Writes over a piece of a text, and waits likewise. */
export async function type(text: Text, start: number, end: number, inserted: string): Promise<void> {
  const change = text.change(start, end, inserted);
  world.emitters.changed.fire({ document: text.document, contentChanges: [change] });
  await vi.advanceTimersByTimeAsync(300);
}

export const readCodes = ({ document }: Text) =>
  (world.problems.get(String(document.uri)) as Diagnostic[] | undefined)?.map(({ code }) => code);

/** What the lenses of a text say, once the editor has asked for their words. */
export async function readTitles({ features }: ReturnType<typeof start>, { document }: Text) {
  const lenses: CodeLens[] = await features.provideLenses(document, uncancelled);
  return lenses.map((lens) => features.resolveLens(lens).command?.title);
}
