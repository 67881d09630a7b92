import { l10n, window } from 'vscode';
import type { DaemonSession } from '../../daemon/session.ts';
import { findLiveTokens, nameTokens, sayCount } from '../../live-tokens.ts';
import { pickIssuer } from '../../pick-issuer.ts';

/** Deletes an issuer after saying what that breaks. */
export async function deleteIssuer(session: DaemonSession, argument: unknown): Promise<void> {
  const issuers = session.issuers.filter(({ slug }) => slug !== 'default');
  const issuer = await pickIssuer({ issuers }, argument, l10n.t('Delete which issuer?'));
  if (issuer === undefined) return;
  const live = await findLiveTokens(session, issuer);
  const breaks = l10n.t('The keys of {0} go for good, which breaks {1}.', issuer.url, sayCount(live));
  const remove = l10n.t('Delete');
  const answer = await window.showWarningMessage(
    l10n.t('Delete the issuer {0}?', issuer.slug),
    { modal: true, detail: [breaks, nameTokens(live)].filter(Boolean).join('\n') },
    remove,
  );
  if (answer === remove) await session.call('issuers.delete', { slug: issuer.slug });
}
