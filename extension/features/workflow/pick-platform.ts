import { l10n, QuickPickItemKind, window } from 'vscode';
import type { PlatformInfo } from '../../../daemon/protocol/jobs.ts';
import type { Issuer } from '../../../daemon/protocol/resources.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { recallJob } from './remember-job.ts';

/** What the daemon emulates. */
export async function listPlatforms(session: Pick<DaemonSession, 'call'>): Promise<readonly PlatformInfo[]> {
  return (await session.call('platforms.list', {})).items;
}

/** The slug of the platform, or of an own issuer of one, that the person picks; the last one is on top. */
export async function pickPlatform({
  session,
  extension,
}: Pick<FeatureContext, 'session' | 'extension'>): Promise<string | undefined> {
  const platforms = await listPlatforms(session);
  const last = recallJob(extension)?.slug;
  const firsts = platforms.map(({ name, label, delivery }) => ({
    label,
    description: name,
    detail: delivery,
    slug: name,
  }));
  const others = session.issuers
    .filter(({ slug }) => !firsts.some((item) => item.slug === slug))
    .map(({ slug, platform, url }) => ({ label: slug, description: platform, detail: url, slug }));
  const items = [...firsts, ...others];
  const separator = { label: l10n.t('Issuers of this machine'), kind: QuickPickItemKind.Separator, slug: '' };
  const picked = await window.showQuickPick(
    [
      ...items.filter(({ slug }) => slug === last),
      ...firsts.filter(({ slug }) => slug !== last),
      ...(others.length > 0 ? [separator, ...others.filter(({ slug }) => slug !== last)] : []),
    ],
    { title: l10n.t('CI Job'), placeHolder: l10n.t('Where does the job run?'), matchOnDescription: true },
  );
  return picked?.slug;
}

/** Whose jobs an issuer's are, for people: `GitHub Actions`, or an issuer's own name. */
export function labelIssuer(platforms: readonly PlatformInfo[], issuers: readonly Issuer[], slug: string): string {
  const own = platforms.find(({ name }) => name === slug);
  if (own !== undefined) return own.label;
  const platform = issuers.find((issuer) => issuer.slug === slug)?.platform;
  return platforms.find(({ name }) => name === platform && name !== 'generic')?.label ?? slug;
}
