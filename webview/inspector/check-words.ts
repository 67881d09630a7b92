import { explainCode, isVerdictCode } from '../../daemon/token/explain-code.ts';
import { showSafely } from '../../daemon/token/safe-text.ts';
import type { PageCheck } from '../protocol.ts';
import { t } from '../ui/words.ts';

export interface CheckView {
  readonly name: string;
  readonly outcome: PageCheck['outcome'];
  readonly sign: string;
  readonly word: string;
  readonly detail: string;
  readonly mend: string | null;
}

const TITLES: ReadonlyMap<string, string> = new Map([
  ['format', 'Format'],
  ['algorithm', 'Algorithm'],
  ['key', 'Key'],
  ['signature', 'Signature'],
  ['issuer', 'Issuer'],
  ['audience', 'Audience'],
  ['type', 'Type'],
  ['expiry', 'Expiry'],
  ['not-before', 'Not before'],
  ['issued-at', 'Issued at'],
  ['claims', 'Claims'],
  ['revocation', 'Revocation'],
]);

const SIGNS = { pass: '✓', fail: '✗', skip: '–' } as const;
const WORDS = { pass: 'passed', fail: 'failed', skip: 'not checked' } as const;

/** One check of a verdict in words, and what mends it where it failed. */
export function describeCheck({ name, outcome, code, detail }: PageCheck): CheckView {
  return {
    name: t(TITLES.get(name) ?? name),
    outcome,
    sign: SIGNS[outcome],
    word: t(WORDS[outcome]),
    detail: showSafely(detail),
    mend: code !== null && isVerdictCode(code) ? t(explainCode(code).mend) : null,
  };
}

/** How the checks went, in one line: `10 passed, 1 failed, 1 not checked`. */
export function countOutcomes(checks: readonly PageCheck[]): string {
  return (['pass', 'fail', 'skip'] as const)
    .map((outcome) => [checks.filter((check) => check.outcome === outcome).length, WORDS[outcome]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${t(word)}`)
    .join(', ');
}
