import { l10n } from 'vscode';
import type { FindingCode } from '../../../daemon/token/finding.ts';
import { listFindings } from '../../../daemon/token/list-findings.ts';
import { formatInstant } from '../../../daemon/token/time-words.ts';
import { isRealIssuer } from './real-issuers.ts';
import type { TokenFacts } from './token-facts.ts';

/** From grave to light, by the names of the setting `mintmark.diagnostics.severity`. */
export const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Problem {
  /** A finding's code, `private_key` or `tracked_token`; what *Ignore in this file* goes by. */
  readonly code: FindingCode | 'private_key' | 'tracked_token';
  readonly severity: Severity;
  readonly message: string;
}

/** The findings that are worth a mark in a text; the rest is for those who ask, in the hover and the inspector. */
const REPORTED: Partial<Record<FindingCode, Severity>> = {
  alg_none: 'error',
  alg_invalid: 'error',
  signature_empty: 'error',
  noncanonical: 'error',
  utf8: 'error',
  format: 'error',
  depth: 'error',
  duplicate_key: 'error',
  unicode: 'error',
  payload_not_object: 'error',
  too_large: 'error',
  exp_range: 'error',
  time_order: 'error',
  key_in_header: 'warning',
  look_alike: 'information',
  expired: 'warning',
  long_life: 'information',
  exp_missing: 'information',
};

/**
 * Problems of a token at `nowSeconds`, each code once, the gravest first. Their words are true for as long as they
 * stand there: nobody writes those of a document anew that is in the background.
 */
export function listTokenProblems({ decoded, expiresAt }: TokenFacts, nowSeconds: number): Problem[] {
  const problems = new Map<FindingCode, Problem>();
  for (const { code, message } of listFindings(decoded, nowSeconds)) {
    const severity = REPORTED[code];
    if (severity === undefined || problems.has(code)) continue;
    problems.set(code, { code, severity, message: describeEnd(code, expiresAt) ?? message });
  }
  return [...problems.values()].toSorted((a, b) => rank(a.severity) - rank(b.severity));
}

/** A finding about the end of a token, with the instant instead of how far it is from now; null for any other. */
function describeEnd(code: FindingCode, expiresAt: number | null): string | null {
  const end = expiresAt === null ? null : formatInstant(expiresAt);
  if (end === null) return null;
  if (code === 'expired') return l10n.t('The token expired at {0}.', end);
  if (code !== 'long_life') return null;
  return l10n.t('The token lives until {0}, which is very long: a workload token rarely needs an hour.', end);
}

/** May this token still open a door in the world outside? If so, it should not be in a repository. */
export function looksReal(facts: TokenFacts, nowSeconds: number): boolean {
  return isRealIssuer(facts.issuer) && (facts.expiresAt === null || facts.expiresAt > nowSeconds);
}

export function describeTrackedToken(): Problem {
  const message = l10n.t(
    'A token of a well-known issuer in a file that Git tracks: whoever sees the repository can use it.',
  );
  return { code: 'tracked_token', severity: 'warning', message };
}

export function describePrivateKey(kind: 'pem' | 'jwk'): Problem {
  const message =
    kind === 'pem'
      ? l10n.t('A private key in a file of the workspace: whoever reads the file can sign with it.')
      : l10n.t('A private key (JWK) in a file of the workspace: whoever reads the file can sign with it.');
  return { code: 'private_key', severity: 'error', message };
}

/** A problem is never reported as graver than the person wants it. */
export function capSeverity(severity: Severity, highest: Severity): Severity {
  return rank(severity) < rank(highest) ? highest : severity;
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);
