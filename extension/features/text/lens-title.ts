import { l10n } from 'vscode';
import { describeExpiry } from '../../../daemon/token/time-words.ts';
import type { Verdict } from '../../daemon/watch-list.ts';
import { describeProvenance, describeStatus } from './describe-verdict.ts';
import type { TokenFacts } from './token-facts.ts';

/** `accepted · local issuer · expires in 4 min`: nothing in it is text from the token. */
export function writeLensTitle(facts: TokenFacts, verdict: Verdict | null, nowSeconds: number): string {
  const parts = [describeStatus(verdict), verdict && describeProvenance(verdict), describeEnd(facts, nowSeconds)];
  return parts.filter(Boolean).join(' · ');
}

function describeEnd({ decoded, expiresAt, nested }: TokenFacts, nowSeconds: number): string | null {
  if (expiresAt !== null) return describeExpiry(expiresAt, nowSeconds);
  if (decoded.kind === 'jwe') return l10n.t('encrypted');
  if (decoded.claims === null) return nested.length > 0 ? l10n.t('holds another token') : l10n.t('not readable');
  return Object.hasOwn(decoded.claims, 'exp') ? null : l10n.t('never expires');
}
