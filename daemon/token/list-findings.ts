import type { DecodedToken } from './decode.ts';
import type { Finding, FindingCode } from './finding.ts';
import { isLookAlike, LOOK_ALIKE_PARAMETER } from './look-alike.ts';
import { listUnsafeCharacters, quoteText } from './quote.ts';
import { listTimeFindings } from './time-findings.ts';

const SEVERITIES = ['error', 'warning', 'info'] as const;

/** Header parameters that carry or point to a key (RFC 7515 §4.1.2 to §4.1.6): the sender's word for its own key. */
const KEY_PARAMETERS = ['jwk', 'jku', 'x5u', 'x5c'] as const;
const USUAL_TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'logout+jwt', 'dpop+jwt', 'secevent+jwt']);
const KNOWN_ALGORITHM = /^(?:[RP]S(?:256|384|512)|ES(?:256K?|384|512)|EdDSA|Ed25519|Ed448|ML-DSA-(?:44|65|87))$/;
const PRIVATE_NAME =
  /^(?:password|passwd|secret|client_secret|api_?key|private_?key|ssn|email|phone(?:_number)?|birthdate|address|credit_?card|iban)$/i;

/**
 * Everything that can be noticed about a decoded token at `nowSeconds` (since the epoch), the gravest first. It says
 * nothing about the signature, which takes a key to judge.
 */
export function listFindings(token: DecodedToken, nowSeconds: number): Finding[] {
  const findings = [...token.findings];
  if (token.header) findings.push(...listHeaderFindings(token, token.header));
  if (token.claims) {
    findings.push(...listClaimFindings(token.claims), ...listTimeFindings(token.claims, nowSeconds));
  }
  for (const [where, value] of [
    ['header', token.header],
    ['claims', token.claims],
  ] as const) {
    if (value) collectValueFindings(value, [where], findings);
  }
  return findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

function listHeaderFindings(token: DecodedToken, header: Readonly<Record<string, unknown>>): Finding[] {
  const findings: Finding[] = [];
  const add = (code: FindingCode, severity: Finding['severity'], name: string, message: string) =>
    findings.push({ code, severity, message, path: ['header', name] });
  const { alg, typ } = header;
  if (token.kind === 'jws') {
    if (alg === 'none')
      add('alg_none', 'error', 'alg', 'The token is not signed at all (alg "none"): anyone can write it.');
    else if (typeof alg === 'string' && /^HS\d+$/.test(alg)) {
      add(
        'alg_hmac',
        'warning',
        'alg',
        'The token is signed with a shared secret (HMAC): whoever can verify it can also forge it.',
      );
    } else if (typeof alg !== 'string' || !KNOWN_ALGORITHM.test(alg)) {
      add('alg_invalid', 'error', 'alg', 'The alg is no registered signature algorithm in its exact spelling.');
    }
    const signature = token.parts.find((part) => part.name === 'signature');
    if (signature?.octets === 0 && alg !== 'none') {
      const message = 'The signature is empty.';
      findings.push({ code: 'signature_empty', severity: 'error', message });
    }
  }
  for (const name of KEY_PARAMETERS) {
    if (!Object.hasOwn(header, name)) continue;
    const message = `The header brings or points to its own key (${name}). A verifier that uses it trusts the sender; Mintmark never does.`;
    add('key_in_header', 'warning', name, message);
  }
  for (const name of ['crit', 'b64']) {
    if (Object.hasOwn(header, name))
      add('extension', 'error', name, `The header demands an extension (${name}); a JWT verifier refuses it.`);
  }
  // Where the payload was seen to be a token, that was said.
  if (Object.hasOwn(header, 'cty') && !token.findings.some(({ code }) => code === 'nested')) {
    add('nested', 'info', 'cty', 'The header names the type of its content (cty), as a token wrapped in a token does.');
  }
  if (isLookAlike(header)) {
    const message =
      'A look-alike: it names a real issuer, but Mintmark signed it with a key of one machine. No real service accepts it.';
    add('look_alike', 'warning', LOOK_ALIKE_PARAMETER, message);
  }
  if (Object.hasOwn(header, 'typ')) {
    const bare = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';
    if (!USUAL_TYPES.has(bare)) add('typ_unusual', 'info', 'typ', 'The typ is not one that most verifiers expect.');
  }
  return findings;
}

function listClaimFindings(claims: Readonly<Record<string, unknown>>): Finding[] {
  const findings: Finding[] = [];
  if (!Object.hasOwn(claims, 'iss')) {
    findings.push({ code: 'iss_missing', severity: 'warning', message: 'The token does not say who issued it (iss).' });
  }
  if (!Object.hasOwn(claims, 'aud')) {
    const message = 'The token does not say for whom it is (aud): it can be replayed anywhere.';
    findings.push({ code: 'aud_missing', severity: 'warning', message });
  }
  for (const name of Object.keys(claims)) {
    if (!PRIVATE_NAME.test(name)) continue;
    const message = `${quoteText(name)} looks private. A signed token is not encrypted: whoever holds it can read it.`;
    findings.push({ code: 'private_data', severity: 'info', message, path: ['claims', name] });
  }
  return findings;
}

/** Looks at every name, string and number below `value`. The depth is bounded, since `scanJson` read it. */
function collectValueFindings(value: unknown, path: readonly (string | number)[], findings: Finding[]): void {
  if (typeof value === 'string') reportUnsafeText(value, path, findings);
  else if (typeof value === 'number') {
    if (Number.isFinite(value) && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      const message = 'The number is beyond 2^53: many parsers round it. Such values belong in strings.';
      findings.push({ code: 'number_precision', severity: 'warning', message, path });
    }
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) collectValueFindings(item, [...path, index], findings);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      reportUnsafeText(name, [...path, name], findings);
      collectValueFindings(item, [...path, name], findings);
    }
  }
}

function reportUnsafeText(text: string, path: readonly (string | number)[], findings: Finding[]): void {
  const unsafe = listUnsafeCharacters(text);
  if (unsafe.length === 0) return;
  const [where, ...names] = path;
  const found = unsafe.slice(0, 8).join(', ');
  const message = `${quoteText(names.join('.'))} of the ${where} holds characters that do not show as themselves: ${found}.`;
  findings.push({ code: 'unsafe_text', severity: 'warning', message, path });
}
