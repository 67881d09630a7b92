import { l10n, Position, Selection, ViewColumn, window } from 'vscode';
import { findTokens } from '../../../daemon/token/find-tokens.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { requireDaemon } from '../../require-daemon.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';
import { makeSampleTokens } from './sample-tokens.ts';
import { type SampleDocument, writeMinted, writeRequest, writeVariables } from './write-sample.ts';

type Places = Pick<FeatureContext, 'session' | 'watches'>;

/** What the link of a walkthrough's step may name. */
export const SAMPLES = ['sample.env', 'sample.http', 'minted.env'] as const;
export type SampleName = (typeof SAMPLES)[number];

export function isSampleName(name: unknown): name is SampleName {
  return SAMPLES.some((sample) => sample === name);
}

/** Asks which sample, of those that can be made here; undefined when the person picks none. */
export async function chooseSample({ state }: Pick<DaemonSession, 'state'>): Promise<SampleName | undefined> {
  const details: Readonly<Record<SampleName, string>> = {
    'sample.env': l10n.t('Variables with a fresh, an expired and an unsigned token'),
    'sample.http': l10n.t('A request with a bearer token'),
    'minted.env': l10n.t('A token of your own issuer, watched; starts the issuer if need be'),
  };
  const possible = SAMPLES.filter((name) => name !== 'minted.env' || state.kind !== 'unavailable');
  const picks = possible.map((label) => ({ label, detail: details[label] }));
  return (await window.showQuickPick(picks, { placeHolder: l10n.t('Which sample?') }))?.label;
}

/** Shows a sample beside what is open, read-only and in memory only, with the cursor in its first token. */
export async function openSample(places: Places, documents: VirtualDocuments, sample: SampleName): Promise<void> {
  const { name, extension, text } = await prepare(places, sample);
  const [first] = findTokens(text, 1);
  const before = text.slice(0, first?.start ?? 0).split('\n');
  const at = new Position(before.length - 1, before.at(-1)?.length ?? 0);
  // Shown with it, not moved there later: a command that comes at once is meant for the token, too.
  await documents.show(name, extension, text, { viewColumn: ViewColumn.Beside, selection: new Selection(at, at) });
}

async function prepare(places: Places, sample: SampleName): Promise<SampleDocument> {
  if (sample === 'minted.env') return await mintSample(places);
  const tokens = await makeSampleTokens(Date.now() / 1_000);
  return sample === 'sample.http' ? writeRequest(tokens) : writeVariables(tokens);
}

async function mintSample({ session, watches }: Places): Promise<SampleDocument> {
  await requireDaemon(session);
  const { token, issuer } = await session.call('tokens.mint', { slug: 'default' });
  await watches.pin(token, { issuer });
  return writeMinted(token, issuer);
}
