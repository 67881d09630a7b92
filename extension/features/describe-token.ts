import { decodeToken } from '../../daemon/token/decode.ts';
import { listFindings } from '../../daemon/token/list-findings.ts';
import { showJson, showSafely } from '../../daemon/token/safe-text.ts';
import { describeExpiry, describeInstant, formatInstant } from '../../daemon/token/time-words.ts';

const TIMES = ['iat', 'nbf', 'exp'] as const;

/** What a text says as a token, in Markdown; `nowSeconds` since the epoch. It never throws, whatever the text is. */
export function describeToken(text: string, nowSeconds: number): string {
  const decoded = decodeToken(text);
  const findings = listFindings(decoded, nowSeconds).map(
    ({ code, severity, message }) => `- **${severity}** \`${code}\`: ${escapeMarkdown(message)}`,
  );
  const sections = [
    '# Token\n\n**not verified**: this is what the text says, not whether it is true.',
    decoded.header && `## Header\n\n${showCode(decoded.header)}`,
    decoded.claims && `## Claims\n\n${showCode(decoded.claims)}`,
    decoded.claims && describeTimes(decoded.claims, nowSeconds),
    findings.length > 0 && `## Findings\n\n${findings.join('\n')}`,
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

function describeTimes(claims: Readonly<Record<string, unknown>>, nowSeconds: number): string {
  const rows = TIMES.flatMap((name) => {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    const instant = typeof value === 'number' ? formatInstant(value) : null;
    if (typeof value !== 'number' || instant === null) return [];
    const words = name === 'exp' ? describeExpiry(value, nowSeconds) : describeInstant(value, nowSeconds);
    return [`| ${name} | ${instant} | ${words} |`];
  });
  return rows.length === 0 ? '' : ['## Times\n', '| claim | instant | from now |', '|---|---|---|', ...rows].join('\n');
}

/** Every line of indented JSON begins with white space, a quote or a bracket: none can end the fence. */
function showCode(value: unknown): string {
  return `\`\`\`json\n${showJson(value)}\n\`\`\``;
}

/** A finding may quote the token, which must not write links or images into the document. */
function escapeMarkdown(text: string): string {
  return showSafely(text).replace(/[\\`*_{}[\]()<>#!|&~]/g, '\\$&');
}
