import { env, l10n, window } from 'vscode';
import { decodeToken } from '../../../daemon/token/decode.ts';
import { dropSignature } from '../../../daemon/token/drop-signature.ts';
import type { Expectation, WatchList } from '../../daemon/watch-list.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { requireAvailable, requireDaemon } from '../../require-daemon.ts';
import { readWatchId } from '../../rows.ts';
import { readInspectorInFront } from '../inspector/inspector-in-front.ts';
import { chooseExpectation, expectLocally } from './choose-expectation.ts';
import { type GatheredToken, gatherToken } from './gather-token.ts';
import { inspectGathered } from './inspect-gathered.ts';
import { readFacts } from './token-facts.ts';
import { isPlace, resolvePlace } from './token-place.ts';

const MESSAGE_MS = 5_000;

/** Shows what a token says. No key, no network, no daemon: nothing is verified by it that nobody watches. */
export async function inspectToken(context: FeatureContext, argument: unknown): Promise<void> {
  const gathered = await gatherToken(context.watches, argument);
  if (gathered !== undefined) await inspectGathered(context, gathered);
}

/** As `gatherToken`; without an argument and with an inspector in front, the token that it shows. */
async function gatherShown(watches: Pick<WatchList, 'pinned'>, argument: unknown): Promise<GatheredToken | undefined> {
  const shown = argument === undefined ? readInspectorInFront() : undefined;
  return shown === undefined ? gatherToken(watches, argument) : { ...shown, place: null };
}

/** Verifies a token against an issuer and an audience that the person names; the inspector shows every check. */
export async function verifyToken(context: FeatureContext, argument: unknown): Promise<void> {
  requireAvailable(context.session);
  const gathered = await gatherShown(context.watches, argument);
  if (gathered === undefined) return;
  await requireDaemon(context.session);
  const expect = await chooseExpectation(context.session, readFacts(gathered.token));
  if (expect !== undefined) await inspectGathered(context, gathered, expect);
}

/** Watches a token: one of a local issuer at once, one from elsewhere against what the person names. */
export async function watchToken(context: FeatureContext, argument: unknown): Promise<void> {
  requireAvailable(context.session);
  const gathered = await gatherShown(context.watches, argument);
  if (gathered === undefined) return;
  await requireDaemon(context.session);
  const facts = readFacts(gathered.token);
  const expect = expectLocally(context.session, facts) ?? (await chooseExpectation(context.session, facts));
  if (expect !== undefined) await pin(context, gathered, expect);
}

async function pin({ watches }: FeatureContext, { token }: GatheredToken, expect: Expectation): Promise<void> {
  const { label } = await watches.pin(token, expect);
  window.setStatusBarMessage(l10n.t('Watching {0}', label), MESSAGE_MS);
}

/** Ends the watch of a row, of the token at a place, or of the one that the person picks. */
export async function unwatchToken({ watches }: FeatureContext, argument: unknown): Promise<void> {
  const watchId = readWatchId(argument);
  if (watchId !== undefined) return watches.unpin(watchId);
  const place = isPlace(argument) ? resolvePlace(argument) : null;
  if (place !== null) {
    for (const { id, token } of watches.pinned) if (token === place.token) watches.unpin(id);
    return;
  }
  const choices = watches.pinned.map(({ id, label }) => ({ label, id }));
  if (choices.length === 0) {
    void window.showInformationMessage(l10n.t('No token is watched.'));
    return;
  }
  const chosen = await window.showQuickPick(choices, {
    placeHolder: l10n.t('Which token is not to be watched any more?'),
  });
  if (chosen !== undefined) watches.unpin(chosen.id);
}

/** Puts a token on the clipboard that can be shown around: what it says, without what makes it valid. */
export async function copyTokenRedacted({ watches }: FeatureContext, argument: unknown): Promise<void> {
  const gathered = await gatherShown(watches, argument);
  if (gathered === undefined) return;
  const text = dropSignature(decodeToken(gathered.token));
  if (text === null) {
    void window.showWarningMessage(l10n.t('This is no token: nothing was copied.'));
    return;
  }
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(l10n.t('Copied without its signature'), MESSAGE_MS);
}
