import { l10n } from 'vscode';
import type { DaemonSession } from '../../daemon/session.ts';
import { mayYetSign } from '../../pending-keys.ts';
import { pickKey } from './pick-key.ts';

/** Signs with a published key from now on. */
export async function activateKey(session: DaemonSession, argument: unknown): Promise<void> {
  const picked = await pickKey(session, argument, mayYetSign, l10n.t('Sign with which published key from now on?'));
  if (picked !== undefined) await session.call('keys.activate', { slug: picked.issuer.slug, kid: picked.key.kid });
}
