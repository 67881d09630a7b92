import { l10n, window } from 'vscode';
import type { Issuer } from '../../../daemon/protocol/resources.ts';
import { describeDuration } from '../../../daemon/token/time-words.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { hasCome, sayClock, sayInstant } from '../../instant-words.ts';
import { findNextChange, listPlannedKeys } from '../../pending-keys.ts';
import { pickIssuer } from '../../pick-issuer.ts';
import { shortenName } from '../../short-name.ts';

const INTERVALS_SECONDS = [600, 3_600, 86_400, 604_800, 2_592_000] as const;

/** *Schedule Key Rotation*: how often the issuer shall rotate by itself, or not at all. */
export async function scheduleRotation(session: DaemonSession, argument: unknown): Promise<void> {
  const issuer = await pickIssuer(session, argument, l10n.t('Schedule the rotation of which issuer?'));
  if (issuer === undefined) return;
  const now = issuer.rotation?.everySeconds ?? null;
  const describe = (seconds: number | null): string => (seconds === now ? l10n.t('as it is') : '');
  const picks = [
    ...INTERVALS_SECONDS.map((everySeconds) => ({
      label: l10n.t('Every {0}', describeDuration(everySeconds)),
      description: describe(everySeconds),
      everySeconds,
    })),
    { label: l10n.t('By hand only'), description: describe(null), everySeconds: null },
  ];
  const placeHolder = l10n.t('Each new key is published before it signs. Rotate {0}', issuer.slug);
  const picked = await window.showQuickPick(picks, { placeHolder });
  if (picked === undefined) return;
  const { everySeconds } = picked;
  const scheduled = await session.call('keys.schedule', { slug: issuer.slug, everySeconds });
  window.setStatusBarMessage(`$(key) ${describeSchedule(scheduled, Date.now())}`, 8_000);
}

/** What rotates the keys from now on: ending a schedule leaves the plans that keys have of their own. */
export function describeSchedule(issuer: Issuer, nowMs: number): string {
  const { slug, keys, rotation } = issuer;
  const next = findNextChange(issuer);
  if (rotation !== null && next !== null) {
    return hasCome(next, nowMs)
      ? l10n.t('{0} is due to rotate', slug)
      : l10n.t('{0} rotates {1}', slug, sayInstant(next, nowMs));
  }
  const [planned] = listPlannedKeys(keys);
  return planned === undefined
    ? l10n.t('{0} rotates by hand only', slug)
    : l10n.t(
        '{0} has no schedule; {1} still signs from {2}, as planned',
        slug,
        shortenName(planned.kid),
        sayClock(planned.signsFrom, nowMs),
      );
}
