import { l10n, window } from 'vscode';
import { isPlatformName } from '../../../daemon/protocol/platform-names.ts';
import { SLUG } from '../../../daemon/protocol/slug.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { pickAlgorithm } from '../../pick-algorithm.ts';

/** Asks for a name and an algorithm, and makes the issuer with its first key. */
export async function createIssuer(session: DaemonSession): Promise<void> {
  const slug = await window.showInputBox({
    title: l10n.t('Create Issuer'),
    prompt: l10n.t(
      'The last part of its URL. The name of a platform, such as superplane, makes an issuer of that platform.',
    ),
    placeHolder: 'team-a',
    validateInput: (text) =>
      refuseSlug(
        text,
        session.issuers.map((issuer) => issuer.slug),
      ),
  });
  if (slug === undefined) return;
  const platform = isPlatformName(slug) ? slug : 'generic';
  const alg = await pickAlgorithm(l10n.t('The algorithm of its first key'));
  if (alg === undefined) return;
  await session.call('issuers.create', { slug, platform, alg });
}

/** Why a name will not do; undefined when it will. */
export function refuseSlug(text: string, taken: readonly string[]): string | undefined {
  if (!SLUG.test(text)) return l10n.t('1 to 63 of a to z, 0 to 9, and hyphens inside');
  return taken.includes(text) ? l10n.t('There is an issuer of this name') : undefined;
}
