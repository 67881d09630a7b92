import { l10n, type TerminalOptions, ThemeColor, ThemeIcon } from 'vscode';
import { showSafely } from '../../../daemon/token/safe-text.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import { requireDaemon } from '../../require-daemon.ts';

/**
 * The terminal of a job: what a CI system would set is in its environment, with a token minted for it alone. Nothing of it
 * is kept for the next session of the editor (`isTransient`), and no other terminal gets it.
 *
 * @throws MintmarkError when the issuer cannot be started or does not mint
 */
export async function prepareJob(session: DaemonSession, slug: string): Promise<TerminalOptions> {
  await requireDaemon(session);
  const { url, platform } = await session.call('issuers.show', { slug });
  const { token, expiresAt } = await session.call('tokens.mint', { slug });
  const told = [
    platform === 'generic'
      ? l10n.t('This terminal has the environment of a CI job, with a token of {0} in it.', showSafely(url))
      : l10n.t(
          'This terminal has the environment of a job on {0}, with a token of {1} in it.',
          platform,
          showSafely(url),
        ),
    l10n.t('MINTMARK_ISSUER and MINTMARK_TOKEN are set here and nowhere else. The token expires at {0}.', expiresAt),
  ];
  return {
    name: l10n.t('CI job: {0}', slug),
    env: { MINTMARK_ISSUER: url, MINTMARK_TOKEN: token },
    isTransient: true,
    iconPath: new ThemeIcon('key'),
    color: new ThemeColor('terminal.ansiYellow'),
    message: told.map((line) => `\u001b[2m${line}\u001b[0m`).join('\r\n'),
  };
}
