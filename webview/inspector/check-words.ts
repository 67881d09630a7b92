import { explainCode, isVerdictCode } from '../../daemon/token/explain-code.ts';
import { showSafely } from '../../daemon/token/safe-text.ts';
import type { PageCheck } from '../protocol.ts';
import { t, translateKnown } from '../ui/words.ts';

export interface CheckView {
  readonly name: string;
  readonly outcome: PageCheck['outcome'];
  readonly sign: string;
  readonly word: string;
  readonly detail: string;
  readonly mend: string | null;
}

const SIGNS = { pass: '✓', fail: '✗', skip: '–' } as const;
const OUTCOMES = ['pass', 'fail', 'skip'] as const;

function nameCheck(name: string): string {
  const titles = new Map([
    ['format', t('Format')],
    ['algorithm', t('Algorithm')],
    ['key', t('Key')],
    ['signature', t('Signature')],
    ['issuer', t('Issuer')],
    ['audience', t('Audience')],
    ['type', t('Type')],
    ['expiry', t('Expiry')],
    ['not-before', t('Not before')],
    ['issued-at', t('Issued at')],
    ['claims', t('Claims')],
    ['revocation', t('Revocation')],
  ]);
  return titles.get(name) ?? name;
}

function sayOutcome(outcome: PageCheck['outcome']): string {
  return { pass: t('passed'), fail: t('failed'), skip: t('not checked') }[outcome];
}

/** One check of a verdict in words, and what mends it where it failed. */
export function describeCheck({ name, outcome, code, detail }: PageCheck): CheckView {
  return {
    name: nameCheck(name),
    outcome,
    sign: SIGNS[outcome],
    word: sayOutcome(outcome),
    detail: showSafely(detail),
    mend: code !== null && isVerdictCode(code) ? translateKnown(explainCode(code).mend) : null,
  };
}

/** How the checks went, in one line: `10 passed, 1 failed, 1 not checked`. */
export function countOutcomes(checks: readonly PageCheck[]): string {
  return OUTCOMES.map((outcome) => [checks.filter((check) => check.outcome === outcome).length, outcome] as const)
    .filter(([count]) => count > 0)
    .map(([count, outcome]) => `${count} ${sayOutcome(outcome)}`)
    .join(', ');
}

/** The checks as lines of text, for those who put them into a report: their codes, and nothing that the page adds. */
export function writeChecks(checks: readonly PageCheck[]): string {
  return checks
    .map(({ name, outcome, code, detail }) => {
      const end = [code, showSafely(detail)].filter(Boolean).join(': ');
      return [`${name}: ${outcome}`, end].filter(Boolean).join(' — ');
    })
    .join('\n');
}
