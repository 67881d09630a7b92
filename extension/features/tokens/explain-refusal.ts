import { l10n } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { Verdict } from '../../daemon/watch-list.ts';

export interface Refusal {
  /** Why, in our own words: nothing of the token is in it. */
  readonly reason: string;
  readonly action: string;
  readonly command: string;
}

/** Why an accepted token is refused now, and the one action that helps: nobody here can mint one of an issuer elsewhere. */
export function explainRefusal({ reason, provenance }: Pick<Verdict, 'reason' | 'provenance'>): Refusal {
  const inspect = { action: l10n.t('Inspect'), command: COMMANDS.inspectToken };
  const mint =
    provenance === 'local-issuer' ? { action: l10n.t('Mint a New One'), command: COMMANDS.mintToken } : inspect;
  switch (reason) {
    case 'expired':
      return { reason: l10n.t('it has expired'), ...mint };
    case 'token_revoked':
      return { reason: l10n.t('it was revoked'), ...mint };
    case 'key_revoked':
      return { reason: l10n.t('its key was revoked'), ...mint };
    case 'key_retired':
      return { reason: l10n.t('its key was retired'), ...mint };
    case 'kid_unknown':
      return { reason: l10n.t('its key is not in the key set any more'), ...mint };
    case 'iss_mismatch':
      return { reason: l10n.t('its issuer is gone'), ...inspect };
    default:
      return { reason: reason === null ? l10n.t('reason: unknown') : l10n.t('reason: {0}', reason), ...inspect };
  }
}
