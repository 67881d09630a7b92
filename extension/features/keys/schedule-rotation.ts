import { l10n, window } from 'vscode';
import { describeDuration } from '../../../daemon/token/time-words.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { sayInstant } from '../../instant-words.ts';
import { pickIssuer } from '../../pick-issuer.ts';

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
  const { rotation } = await session.call('keys.schedule', { slug: issuer.slug, everySeconds });
  const message = rotation?.nextAt
    ? l10n.t('{0} rotates {1}', issuer.slug, sayInstant(rotation.nextAt, Date.now()))
    : l10n.t('{0} rotates by hand only', issuer.slug);
  window.setStatusBarMessage(`$(key) ${message}`, 8_000);
}
