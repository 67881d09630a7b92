import type { Finding, FindingCode } from './finding.ts';
import { describeDuration, describeInstant, looksLikeMilliseconds, readNumericDate } from './time-words.ts';

const DAY_SECONDS = 86_400;
/** Clocks differ; an `iat` this little ahead is not worth a word, seconds. */
const CLOCK_TOLERANCE_SECONDS = 60;

const TIME_CLAIMS = ['exp', 'nbf', 'iat', 'auth_time', 'updated_at'] as const;

/** What the times of a token say at `nowSeconds` (since the epoch), RFC 7519 §4.1.4 to §4.1.6. */
export function listTimeFindings(claims: Readonly<Record<string, unknown>>, nowSeconds: number): Finding[] {
  const findings: Finding[] = [];
  const add = (code: FindingCode, severity: Finding['severity'], name: string, message: string) =>
    findings.push({ code, severity, message, path: ['claims', name] });
  for (const name of TIME_CLAIMS) {
    if (!Object.hasOwn(claims, name) || readNumericDate(claims, name) !== null) continue;
    const message = looksLikeMilliseconds(claims[name])
      ? `The ${name} is in milliseconds; it must be in seconds since 1970.`
      : `The ${name} is not a number of seconds between 1970 and 9999.`;
    add(name === 'exp' ? 'exp_range' : 'time_invalid', 'error', name, message);
  }
  const exp = readNumericDate(claims, 'exp');
  const nbf = readNumericDate(claims, 'nbf');
  const iat = readNumericDate(claims, 'iat');
  if (!Object.hasOwn(claims, 'exp')) {
    const message = 'The token never expires (no exp): once leaked it is good for ever.';
    findings.push({ code: 'exp_missing', severity: 'error', message });
  }
  if (exp !== null) {
    if (exp <= nowSeconds) add('expired', 'error', 'exp', `The token expired ${describeInstant(exp, nowSeconds)}.`);
    if (iat !== null && exp < iat) add('time_order', 'error', 'exp', 'The token expires before it is issued.');
    if (nbf !== null && exp < nbf) add('time_order', 'error', 'exp', 'The token expires before it is valid.');
    const life = exp - (iat ?? nowSeconds);
    if (life > DAY_SECONDS) {
      add(
        'long_life',
        'warning',
        'exp',
        `The token lives ${describeDuration(life)}; a workload token rarely needs an hour.`,
      );
    }
  }
  if (nbf !== null && nbf > nowSeconds) {
    add('not_yet_valid', 'warning', 'nbf', `The token becomes valid ${describeInstant(nbf, nowSeconds)}.`);
  }
  if (iat !== null && iat > nowSeconds + CLOCK_TOLERANCE_SECONDS) {
    add('iat_future', 'warning', 'iat', `The token says it is issued ${describeInstant(iat, nowSeconds)}.`);
  }
  return findings;
}
