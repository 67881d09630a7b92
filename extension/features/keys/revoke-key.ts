import { l10n, window } from 'vscode';
import type { Key } from '../../../daemon/protocol/resources.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { findLiveTokens, nameTokens, sayCount } from '../../live-tokens.ts';
import { findStagedKey } from '../../pending-keys.ts';
import { shortenName } from '../../short-name.ts';
import { pickKey } from './pick-key.ts';

/** Revokes a key after naming the tokens that this breaks, and saying who signs then. */
export async function revokeKey(session: DaemonSession, argument: unknown): Promise<void> {
  const isLeft = ({ state }: Key): boolean => state !== 'revoked';
  const picked = await pickKey(session, argument, isLeft, l10n.t('Revoke which signing key?'));
  if (picked === undefined) return;
  const { issuer, key } = picked;
  const live = await findLiveTokens(session, issuer, key.kid);
  const name = shortenName(key.kid);
  const breaks = l10n.t('It breaks {0}. This cannot be undone.', sayCount(live));
  const next = findStagedKey(issuer.keys);
  const heir = next === undefined ? l10n.t('A new key') : shortenName(next.kid);
  const replacement = key.state === 'active' ? l10n.t('{0} signs in its place.', heir) : '';
  const revoke = l10n.t('Revoke');
  const answer = await window.showWarningMessage(
    l10n.t('Revoke the key {0} of {1}?', name, issuer.slug),
    { modal: true, detail: [breaks, nameTokens(live), replacement].filter(Boolean).join('\n') },
    revoke,
  );
  if (answer === revoke) await session.call('keys.revoke', { slug: issuer.slug, kid: key.kid });
}

/** Retires a key that does not sign, after naming the tokens that this breaks. */
export async function retireKey(session: DaemonSession, argument: unknown): Promise<void> {
  const isSpare = ({ state }: Key): boolean => state === 'next' || state === 'retiring';
  const picked = await pickKey(session, argument, isSpare, l10n.t('Retire which key?'));
  if (picked === undefined) return;
  const { issuer, key } = picked;
  const live = await findLiveTokens(session, issuer, key.kid);
  if (live.count > 0 || live.lookedAt !== null) {
    const breaks = l10n.t('It leaves the key set now, which breaks {0}.', sayCount(live));
    const retire = l10n.t('Retire');
    const answer = await window.showWarningMessage(
      l10n.t('Retire the key {0} of {1}?', shortenName(key.kid), issuer.slug),
      { modal: true, detail: [breaks, nameTokens(live)].filter(Boolean).join('\n') },
      retire,
    );
    if (answer !== retire) return;
  }
  await session.call('keys.retire', { slug: issuer.slug, kid: key.kid });
}
