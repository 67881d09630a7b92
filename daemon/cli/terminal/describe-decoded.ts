import type { DecodedToken } from '../../token/decode.ts';
import type { Finding } from '../../token/finding.ts';
import { showJson, showSafely } from '../../token/safe-text.ts';
import { describeTimes } from '../../token/time-words.ts';
import type { Look, Style } from './style.ts';

const LOOKS: Readonly<Record<Finding['severity'], Look>> = { error: 'bad', warning: 'warn', info: 'dim' };

/** A decoded token for people. It says first that nothing of it is verified. */
export function describeDecoded(
  { header, claims, findings }: Pick<DecodedToken, 'header' | 'claims' | 'findings'>,
  nowSeconds: number,
  style: Style,
): string {
  const sections = [
    style('warn', 'not verified'),
    header && `${style('strong', 'Header')}\n${showJson(header)}`,
    claims && `${style('strong', 'Claims')}\n${showJson(claims)}`,
    claims && drawTimes(claims, nowSeconds, style),
    describeFindings(findings, style),
  ];
  return sections.filter(Boolean).join('\n\n');
}

function drawTimes(claims: Readonly<Record<string, unknown>>, nowSeconds: number, style: Style): string {
  const lines = describeTimes(claims, nowSeconds).map(({ name, instant, words }) => `${name}  ${instant}  ${words}`);
  return lines.length === 0 ? '' : [style('strong', 'Times'), ...lines].join('\n');
}

function describeFindings(findings: readonly Finding[], style: Style): string {
  if (findings.length === 0) return '';
  const lines = findings.map(
    ({ code, severity, message }) => `${style(LOOKS[severity], severity.padEnd(7))}  ${code}: ${showSafely(message)}`,
  );
  return [style('strong', 'Findings'), ...lines].join('\n');
}
