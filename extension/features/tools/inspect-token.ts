import { decodeToken } from '../../../daemon/token/decode.ts';
import { listFindings } from '../../../daemon/token/list-findings.ts';
import { describeTimes } from '../../../daemon/token/time-words.ts';
import { UNTRUSTED } from './untrusted.ts';

const MOST_FINDINGS = 24;

/** What a token says, for a language model: everything but the signature, and that nothing of it is verified. */
export function inspectForModel(text: string, nowSeconds: number): Readonly<Record<string, unknown>> {
  const decoded = decodeToken(text);
  const findings = listFindings(decoded, nowSeconds).map(({ code, severity, message }) => ({
    code,
    severity,
    message,
  }));
  return {
    verified: false,
    ...UNTRUSTED,
    token: {
      kind: decoded.kind,
      parts: decoded.parts.map(({ name, octets }) => ({ name, octets })),
      header: decoded.header,
      claims: decoded.claims,
      times: decoded.claims && nameTimes(decoded.claims, nowSeconds),
    },
    findings: findings.slice(0, MOST_FINDINGS),
  };
}

function nameTimes(claims: Readonly<Record<string, unknown>>, nowSeconds: number): Record<string, string> {
  const times = describeTimes(claims, nowSeconds).map(({ name, instant, words }) => [name, `${instant}, ${words}`]);
  return Object.fromEntries(times);
}
