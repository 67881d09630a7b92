/** Where something that may be a private key shows on a line: `line.slice(start, end)` names it, and holds no key. */
export interface KeySight {
  readonly kind: 'pem' | 'jwk';
  readonly start: number;
  readonly end: number;
}

/** RFC 7468 §10 and the older labels; an encrypted key (§11) is useless without its passphrase and is not meant. */
const PEM = /-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH) )?PRIVATE KEY-----/g;
/** The members that make a JWK private (RFC 7518 §6.2.2, §6.3.2, §6.4.1), also inside an escaped string. */
const JWK_MEMBER = /\\{0,4}"(?:d|k|priv)\\{0,4}"(?=[ \t]{0,8}:[ \t]{0,8}\\{0,4}"[\w-]{16})/g;

/** A line with more of them is data: a bound on the work that a hostile text can ask for. */
const MOST_SIGHTS = 64;

/** Looks at one line; `isPrivateKey` then judges each sight by what stands around it. */
export function findKeySights(line: string): KeySight[] {
  const sights: KeySight[] = [];
  if (line.includes('-----BEGIN ')) addMatches(line, PEM, 'pem', sights);
  if (line.includes('"')) addMatches(line, JWK_MEMBER, 'jwk', sights);
  return sights;
}

function addMatches(line: string, pattern: RegExp, kind: KeySight['kind'], sights: KeySight[]): void {
  for (const { index, 0: text } of line.matchAll(pattern)) {
    if (sights.length >= MOST_SIGHTS) return;
    sights.push({ kind, start: index, end: index + text.length });
  }
}

/** How much of the document `isPrivateKey` wants on either side of a sight, characters. */
export const KEY_SURROUNDINGS = 8_192;

/**
 * Is it a key, and not a word about keys? PEM needs a body; a JWK member needs its `kty` in the same object. `before`
 * ends where the sight begins, `after` begins where it ends.
 */
export function isPrivateKey(kind: KeySight['kind'], before: string, after: string): boolean {
  if (kind === 'pem') return PEM_BODY.test(after.slice(0, 512).replace(/\\[rn]|["'+,\s]/g, ''));
  return KEY_TYPE.test(readMembersBefore(before)) || KEY_TYPE.test(readMembersAfter(after));
}

/** Base64, perhaps behind the headers of an older form (`Proc-Type: 4,ENCRYPTED` is no open key). */
const PEM_BODY = /^[A-Za-z0-9+/]{32}/;
const KEY_TYPE = /"kty\\{0,4}"\s{0,8}:\s{0,8}\\{0,4}"(?:RSA|EC|OKP|oct|AKP)\\{0,4}"/;

/** The end of `text` that belongs to the object which it ends in: nothing outside of it, and of no object within. */
function readMembersBefore(text: string): string {
  let own = '';
  let depth = 0;
  let to = text.length;
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === '}' && depth++ === 0) own = text.slice(at, to) + own;
    else if (text[at] === '{') {
      if (depth === 0) return text.slice(at, to) + own;
      if (--depth === 0) to = at;
    }
  }
  return depth === 0 ? text.slice(0, to) + own : own;
}

/** The beginning of `text` that belongs to the object which it begins in. */
function readMembersAfter(text: string): string {
  let own = '';
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{' && depth++ === 0) own += text.slice(from, at);
    else if (text[at] === '}') {
      if (depth === 0) return own + text.slice(from, at);
      if (--depth === 0) from = at;
    }
  }
  return depth === 0 ? own + text.slice(from) : own;
}
