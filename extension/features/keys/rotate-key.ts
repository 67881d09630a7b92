import { type CancellationToken, l10n, ProgressLocation, window } from 'vscode';
import { MintmarkError } from '../../../daemon/problem.ts';
import type { Issuer, Key } from '../../../daemon/protocol/resources.ts';
import { describeDuration } from '../../../daemon/token/time-words.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { finishStep } from '../../finish-step.ts';
import { sayClock } from '../../instant-words.ts';
import { findStagedKey } from '../../pending-keys.ts';
import { pickAlgorithm } from '../../pick-algorithm.ts';
import { pickIssuer } from '../../pick-issuer.ts';
import { shortenName } from '../../short-name.ts';
import { countLeadSeconds, listRotationChoices } from './describe-rotation.ts';
import { waitStaged } from './wait-staged.ts';

/** *Rotate Signing Key*: which issuer, what will happen, and then it happens. */
export async function rotateKey(session: DaemonSession, argument: unknown): Promise<void> {
  const issuer = await pickIssuer(session, argument, l10n.t('Rotate the signing key of which issuer?'));
  if (issuer === undefined) return;
  const { slug } = issuer;
  const placeHolder = l10n.t('How shall the key of {0} change?', slug);
  const choice = await window.showQuickPick(listRotationChoices(issuer, Date.now()), { placeHolder });
  switch (choice?.step) {
    case 'at-once':
      return tellRotated(session, issuer, await session.call('keys.rotate', { slug }));
    case 'unplan': {
      const { kid } = choice;
      return tellPublished(issuer, await session.call('keys.plan', { slug, kid, activateAfterSeconds: null }));
    }
    case 'publish-only':
      return tellPublished(issuer, await session.call('keys.rotate', { slug, prepublish: true }));
    case 'staged':
      return rotateStaged(session, issuer);
    case 'other-algorithm': {
      const alg = await pickAlgorithm(l10n.t('Sign with which algorithm from now on?'));
      if (alg !== undefined) tellRotated(session, issuer, await session.call('keys.rotate', { slug, alg }));
    }
  }
}

/**
 * Publishes now, to sign when no cache can be without the new key: the daemon sees to it, whatever becomes of this
 * window. Cancelled, the key stays published.
 */
async function rotateStaged(session: DaemonSession, issuer: Issuer): Promise<void> {
  const { slug } = issuer;
  const staged = findStagedKey(issuer.keys);
  const seconds = countLeadSeconds(issuer, staged, Date.now());
  const planned =
    staged === undefined
      ? await session.call('keys.rotate', { slug, prepublish: true, activateAfterSeconds: seconds })
      : await session.call('keys.plan', { slug, kid: staged.kid, activateAfterSeconds: seconds });
  const title = l10n.t('{0} is published for {1}', shortenName(planned.kid), slug);
  const options = { location: ProgressLocation.Notification, cancellable: true, title };
  const outcome = await window.withProgress(options, (progress, token: CancellationToken) => {
    let shownPercent = 0;
    const onSecond = (left: number, total: number): void => {
      // The bar cannot go back: it waits where the key is planned to sign later.
      const percent = Math.max(shownPercent, 100 * (1 - left / total));
      const message = l10n.t('it signs in {0}', describeDuration(left));
      progress.report({ message, increment: percent - shownPercent });
      shownPercent = percent;
    };
    return waitStaged({ session, slug, planned, seconds, token, onSecond });
  });
  if (outcome.kind === 'signs') tellRotated(session, issuer, outcome.key);
  if (outcome.kind === 'due') tellDue(issuer, planned);
  if (outcome.kind === 'cancelled') await takeBack(session, issuer, planned);
}

/** Takes the plan of a key back, unless it began to sign in that very moment. */
async function takeBack(session: DaemonSession, issuer: Issuer, planned: Key): Promise<void> {
  try {
    await session.call('keys.plan', { slug: issuer.slug, kid: planned.kid, activateAfterSeconds: null });
  } catch (error) {
    if (!(error instanceof MintmarkError && error.code === 'key_active')) throw error;
    tellRotated(session, issuer, planned);
  }
}

function tellDue({ slug }: Issuer, { kid }: Key): void {
  const words = l10n.t(
    '{0} is due to sign for {1} and does not yet: the issuer is stopped, its clock stands, or its log says why.',
    shortenName(kid),
    slug,
  );
  void window.showInformationMessage(words);
}

function tellRotated(session: Pick<DaemonSession, 'issuers'>, before: Issuer, key: Key): void {
  finishStep('rotate');
  const issuer = session.issuers.find(({ slug }) => slug === before.slug) ?? before;
  const until = new Date(Date.now() + issuer.keyOverlapSeconds * 1_000).toISOString();
  const words = l10n.t(
    '{0} signs for {1}; the old key verifies until {2}',
    shortenName(key.kid),
    issuer.slug,
    sayClock(until, Date.now()),
  );
  window.setStatusBarMessage(`$(key) ${words}`, 8_000);
}

function tellPublished({ slug }: Issuer, { kid }: Key): void {
  window.setStatusBarMessage(`$(key) ${l10n.t('{0} is published for {1}', shortenName(kid), slug)}`, 8_000);
}
