import { l10n } from 'vscode';
import { describeExpiry } from '../../../daemon/token/time-words.ts';
import type { Verdict } from '../../daemon/watch-list.ts';

/** A verdict in one line: `accepted · local issuer · expires in 4 min`, `refused · expired`. */
export function describeVerdict(verdict: Verdict, nowMs: number): string {
  const { status, reason, provenance, expiresAt } = verdict;
  if (status === 'refused') return [l10n.t('refused'), reason].filter(Boolean).join(' · ');
  if (status === 'undecided') return [l10n.t('undecided'), reason].filter(Boolean).join(' · ');
  const expiry = expiresAt === null ? [] : [describeExpiry(Date.parse(expiresAt) / 1_000, nowMs / 1_000)];
  return [l10n.t('accepted'), describeProvenance(provenance), ...expiry].join(' · ');
}

/** By whose keys a token was judged, in words. */
export function describeProvenance(provenance: Verdict['provenance']): string {
  switch (provenance) {
    case 'local-issuer':
      return l10n.t('local issuer');
    case 'trusted-issuer':
      return l10n.t('trusted issuer');
    case 'supplied-keys':
      return l10n.t('supplied keys');
    case 'none':
      return l10n.t('no key');
  }
}
