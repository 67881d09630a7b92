import { decodeToken } from '../../../daemon/token/decode.ts';
import { listFindings } from '../../../daemon/token/list-findings.ts';
import { describeExpiry, describeInstant, formatInstant } from '../../../daemon/token/time-words.ts';
import { UNTRUSTED } from './untrusted.ts';

const TIMES = ['iat', 'nbf', 'exp'] as const;
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
      times: decoded.claims && describeTimes(decoded.claims, nowSeconds),
    },
    findings: findings.slice(0, MOST_FINDINGS),
  };
}

function describeTimes(claims: Readonly<Record<string, unknown>>, nowSeconds: number): Record<string, string> {
  const described = TIMES.flatMap((name): [string, string][] => {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    const instant = typeof value === 'number' ? formatInstant(value) : null;
    if (typeof value !== 'number' || instant === null) return [];
    const words = name === 'exp' ? describeExpiry(value, nowSeconds) : describeInstant(value, nowSeconds);
    return [[name, `${instant}, ${words}`]];
  });
  return Object.fromEntries(described);
}
