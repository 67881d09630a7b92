import { l10n } from 'vscode';
import type { Verdict } from '../../daemon/watch-list.ts';
import { readTrustedIssuers } from '../../read-trust.ts';

/** A verdict in a few words: `accepted`, `refused: key revoked`, `undecided: issuer unreachable`, `not verified`. */
export function describeStatus(verdict: Verdict | null): string {
  if (verdict === null) return l10n.t('not verified');
  // The codes are names that people script against (CONTRACT §6): shown as words, not translated.
  const reason = verdict.reason?.replaceAll('_', ' ') ?? '';
  switch (verdict.status) {
    case 'accepted':
      return l10n.t('accepted');
    case 'refused':
      return l10n.t('refused: {0}', reason);
    case 'undecided':
      return l10n.t('undecided: {0}', reason);
  }
}

/** Whose keys the verdict stands on; null where there were none. */
export function describeProvenance(verdict: Verdict): string | null {
  switch (verdict.provenance) {
    case 'local-issuer':
      return l10n.t('local issuer');
    case 'trusted-issuer':
      return isTrusted(verdict) ? l10n.t('trusted issuer') : l10n.t('issuer elsewhere');
    case 'supplied-keys':
      return l10n.t('supplied keys');
    case 'none':
      return null;
  }
}

/** Is the issuer that the keys are of, and not only the one that the token names, one that the settings trust? */
function isTrusted({ issuer, checks }: Verdict): boolean {
  if (issuer === null || checks.some(({ name, outcome }) => name === 'issuer' && outcome === 'fail')) return false;
  return readTrustedIssuers().includes(issuer);
}
