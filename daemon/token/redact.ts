import { HEADER_START, SHORTEST_HEADER } from './header-start.ts';

const MASK = '[redacted]';

/**
 * Replaces what must not be logged: signed and encrypted tokens, bearer credentials, private keys in PEM and JWK form,
 * AWS keys and values named like secrets. Prefers a word too many to a secret too few. The time is linear in the
 * length of any text: no pattern here can fail later than a bounded number of characters after it began.
 */
export function redactSecrets(text: string): string {
  let safe = redactPrivatePem(text);
  if (safe.includes('.') && HEADER_START.test(safe)) safe = safe.replace(DOTTED_RUN, redactRun);
  for (const [pattern, replacement] of PATTERNS) safe = safe.replace(pattern, replacement);
  return safe;
}

const DOTTED_RUN = /[\w.-]+/g;

/** Masks a run of token characters from the first segment that can be a header with two segments behind it. */
function redactRun(run: string): string {
  let start = 0;
  let end = run.indexOf('.');
  while (end >= 0) {
    const next = run.indexOf('.', end + 1);
    if (next < 0) return run;
    const at = run.slice(start, end).search(HEADER_START);
    if (at >= 0 && end - start - at >= SHORTEST_HEADER) return `${run.slice(0, start + at)}${MASK}`;
    start = end + 1;
    end = next;
  }
  return run;
}

const PEM_BEGIN = '-----BEGIN ';
const PEM_END = '-----END ';
const LONGEST_LABEL = 64;

/** Masks PEM blocks whose label says PRIVATE KEY (RFC 7468 §10, §11), to the end of the text when one is cut off. */
function redactPrivatePem(text: string): string {
  let safe = '';
  let done = 0;
  let begin = text.indexOf(PEM_BEGIN);
  while (begin >= 0) {
    const label = text.slice(begin + PEM_BEGIN.length, begin + PEM_BEGIN.length + LONGEST_LABEL);
    const body = begin + PEM_BEGIN.length;
    if (/^[A-Z0-9 ]*PRIVATE KEY/.test(label)) {
      safe += text.slice(done, begin) + MASK;
      const end = text.indexOf(PEM_END, body);
      if (end < 0) return safe;
      const close = text.slice(end, end + PEM_END.length + LONGEST_LABEL).match(/^-----END [A-Z0-9 ]*(?:-----)?/);
      done = end + (close?.[0].length ?? PEM_END.length);
      begin = text.indexOf(PEM_BEGIN, done);
    } else {
      begin = text.indexOf(PEM_BEGIN, body);
    }
  }
  return safe + text.slice(done);
}

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic|dpop)([ \t]{1,8})[\w.~+/=-]+/gi, `$1$2${MASK}`],
  [/(mintmark\.bearer\.)[\w.~+/=-]+/g, `$1${MASK}`],
  // RFC 7518 §6.2.2, §6.3.2, §6.4.1: the private members of a JWK, also inside an escaped string.
  [/(\\{0,4}"(?:d|p|q|dp|dq|qi|k|r|t|priv)\\{0,4}"\s{0,8}:\s{0,8}\\{0,4}")[\w-]{8,}/g, `$1${MASK}`],
  [/A(?:KIA|SIA)[A-Z0-9]{16}/g, MASK],
  [
    /((?:secret_?access_?key|session_?token|security_?token|control_?token|access_?token|id_?token|refresh_?token|client_?secret|client_?assertion|subject_?token|actor_?token|code_?verifier|passphrase|password)\\{0,4}["']?\s{0,8}[=:>]\s{0,8}\\{0,4}["']?)[\w.~+/=%-]+/gi,
    `$1${MASK}`,
  ],
];
