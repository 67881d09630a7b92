import { l10n } from 'vscode';
import { listFindings } from '../../../daemon/token/list-findings.ts';
import { describeExpiry, formatInstant } from '../../../daemon/token/time-words.ts';
import type { Verdict } from '../../daemon/watch-list.ts';
import { describeProvenance, describeStatus } from './describe-verdict.ts';
import { cutText, escapeMarkdown, writeRows } from './markdown.ts';
import type { TokenFacts } from './token-facts.ts';

const LONGEST_VALUE = 200;
const MOST_AUDIENCES = 5;
const MOST_FINDINGS = 6;
const LONGEST_FINDING = 300;

/**
 * What the hover says of a token, in Markdown that is safe to show whatever the token holds: the verdict first, then
 * its end, what it claims and what is odd about it.
 */
export function writeHover(facts: TokenFacts, verdict: Verdict | null, nowSeconds: number): string {
  const rows = listRows(facts);
  const sections = [
    writeVerdict(verdict),
    writeEnd(facts, nowSeconds),
    rows.length > 0 && writeRows(rows),
    facts.nested.length > 0 && writeNested(facts.nested),
    writeFindings(facts, nowSeconds),
  ];
  return sections.filter(Boolean).join('\n\n');
}

function writeVerdict(verdict: Verdict | null): string {
  const status = describeStatus(verdict);
  const word = `**${escapeMarkdown(status.charAt(0).toUpperCase() + status.slice(1))}**`;
  if (verdict === null)
    return `${word} — ${escapeMarkdown(l10n.t('this is what the text says, not whether it is true'))}`;
  const provenance = describeProvenance(verdict);
  return provenance === null ? word : `${word} · ${escapeMarkdown(provenance)}`;
}

function writeEnd({ decoded, expiresAt }: TokenFacts, nowSeconds: number): string | null {
  if (expiresAt === null) return decoded.claims === null ? null : escapeMarkdown(l10n.t('No expiry that can be read'));
  const words = describeExpiry(expiresAt, nowSeconds);
  return escapeMarkdown(`${words.charAt(0).toUpperCase()}${words.slice(1)} (${formatInstant(expiresAt)})`);
}

function listRows({ decoded, issuer, subject, audience }: TokenFacts): [string, string][] {
  const values: [string, unknown][] = [
    ['iss', issuer],
    ['sub', subject],
    ['aud', audience.length > 0 ? describeAudience(audience) : null],
    ['alg', decoded.header?.alg],
    ['enc', decoded.kind === 'jwe' ? decoded.header?.enc : null],
    ['kid', decoded.header?.kid],
  ];
  return values.flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, cutText(value, LONGEST_VALUE)] as [string, string]] : [],
  );
}

function describeAudience(audience: readonly string[]): string {
  const shown = audience.slice(0, MOST_AUDIENCES).map((item) => cutText(item, LONGEST_VALUE / MOST_AUDIENCES));
  const more = audience.length - shown.length;
  return more > 0 ? l10n.t('{0} and {1} more', shown.join(', '), more) : shown.join(', ');
}

function writeNested(nested: readonly string[]): string {
  const names = nested.map((path) => cutText(path, 64)).join(', ');
  return escapeMarkdown(l10n.t('Holds another token in: {0}', names));
}

function writeFindings({ decoded }: TokenFacts, nowSeconds: number): string | null {
  // The line on its end has said that already.
  const findings = listFindings(decoded, nowSeconds).filter(({ code }) => code !== 'expired');
  const lines = findings
    .slice(0, MOST_FINDINGS)
    .map(({ severity, message }) => `- ${SIGNS[severity]} ${escapeMarkdown(cutText(message, LONGEST_FINDING))}`);
  if (lines.length === 0) return null;
  const more = findings.length - lines.length;
  if (more > 0) lines.push(`- ${escapeMarkdown(l10n.t('{0} more in the inspector', more))}`);
  return lines.join('\n');
}

const SIGNS = { error: '✗', warning: '⚠', info: 'ℹ' } as const;
