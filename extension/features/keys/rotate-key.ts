import { type CancellationToken, l10n, ProgressLocation, window } from 'vscode';
import type { Issuer, Key } from '../../../daemon/protocol/resources.ts';
import { describeDuration } from '../../../daemon/token/time-words.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { finishStep } from '../../finish-step.ts';
import { sayClock } from '../../instant-words.ts';
import { pickAlgorithm } from '../../pick-algorithm.ts';
import { pickIssuer } from '../../pick-issuer.ts';
import { shortenName } from '../../short-name.ts';
import { listRotationChoices } from './describe-rotation.ts';
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

/** Publishes now and activates when no cache can be without the new key; cancelled, the key stays published. */
async function rotateStaged(session: DaemonSession, issuer: Issuer): Promise<void> {
  const { slug, documentMaxAgeSeconds } = issuer;
  const { kid } = await session.call('keys.rotate', { slug, prepublish: true });
  const title = l10n.t('{0} is published for {1}', shortenName(kid), slug);
  const options = { location: ProgressLocation.Notification, cancellable: true, title };
  const outcome = await window.withProgress(options, (progress, token: CancellationToken) =>
    waitStaged({
      session,
      slug,
      kid,
      seconds: documentMaxAgeSeconds,
      token,
      onSecond: (left) =>
        progress.report({
          message: l10n.t('it signs in {0}', describeDuration(left)),
          increment: 100 / documentMaxAgeSeconds,
        }),
    }),
  );
  if (outcome === 'due') tellRotated(session, issuer, await session.call('keys.activate', { slug, kid }));
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
