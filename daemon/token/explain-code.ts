import type { VerdictCode } from './errors.ts';

/** A verdict's code for people: what is wrong, and what mends it. */
export interface CodeExplanation {
  readonly problem: string;
  readonly mend: string;
}

const COPY_AGAIN = 'Copy the whole token again from where it was issued; do not edit it by hand.';
const ASK_ISSUER = 'Only the issuer can make a right one: mint the token again, and mend what builds it.';
const WAIT_OR_CLOCK = 'Compare the clocks of both machines; if they are right, wait or allow a few seconds of leeway.';

const EXPLANATIONS: Readonly<Record<VerdictCode, readonly [problem: string, mend: string]>> = {
  format: ['This is not a signed token in compact form.', COPY_AGAIN],
  charset: ['The token holds a character that belongs in no token.', COPY_AGAIN],
  noncanonical: ['A part of the token is cut off or was changed.', COPY_AGAIN],
  duplicate_key: ['A name stands twice in the token, and parsers differ in which one they take.', ASK_ISSUER],
  utf8: ['The content is not UTF-8.', ASK_ISSUER],
  unicode: ['The content holds half a character.', ASK_ISSUER],
  too_large: ['The token is too large.', 'Leave out claims that the verifier does not need, and mint it again.'],
  depth: ['The content is nested too deeply.', ASK_ISSUER],
  payload_not_object: ['The payload is not a JSON object.', ASK_ISSUER],
  not_signed: ['The token is encrypted, not signed.', 'Ask for a signed token (JWS), or let its recipient decrypt it.'],
  crit: [
    'The header demands an extension that is not known here.',
    'Mint the token without crit: no JWT verifier need know it.',
  ],
  alg_invalid: ['The algorithm is not named as it must be.', 'Name it in its exact spelling, such as RS256.'],
  alg_not_allowed: [
    'The algorithm is not one that the verifier allows.',
    'Sign with an asymmetric algorithm such as RS256 or ES256; none and HMAC are never allowed.',
  ],
  alg_key_mismatch: [
    'The algorithm does not fit the key.',
    'Sign with the algorithm that the published key names, or name the right key (kid).',
  ],
  kid_required: [
    'The token does not say which key signed it.',
    'Put the kid into the header: the issuer has several keys.',
  ],
  kid_invalid: ['The kid is of no usable form.', 'Use a plain text of at most 256 characters.'],
  kid_unknown: [
    'The issuer publishes no key with this kid.',
    'Mint a new token; if it is new, look whether it came from this issuer and whether its key is published.',
  ],
  key_retired: ['The key that signed it is retired.', 'Mint a new token: it is signed with the active key.'],
  key_revoked: [
    'The key that signed it was revoked.',
    'Mint a new token; if you did not revoke the key, find out why.',
  ],
  weak_key: ['The key is too weak.', 'Rotate to an RSA key of 2048 bits or more, or to an ES256 key.'],
  signature_invalid: [
    'The signature does not match: the token was changed, or another key signed it.',
    'Copy the token again; if it stays, it is not from this issuer, or the issuer changed a key without its kid.',
  ],
  iss_missing: ['The token does not name its issuer.', 'Set iss to the issuer URL, byte for byte.'],
  iss_mismatch: [
    'The issuer is not the expected one.',
    'Compare both URLs byte for byte: scheme, port, upper case and the slash at the end all count.',
  ],
  aud_missing: [
    'The token does not name an audience.',
    'Ask for the token with the audience that the verifier expects.',
  ],
  aud_mismatch: [
    'The token is made for somebody else.',
    'Ask for the token with the audience that the verifier expects, or mend the expectation.',
  ],
  typ_mismatch: ['The token is of another type than expected.', 'Use the right kind of token, or expect this typ.'],
  exp_missing: ['The token never expires.', 'Set exp; a workload token rarely needs more than an hour.'],
  exp_range: ['The expiry is not a usable time.', 'Write exp in whole seconds since 1970, not in milliseconds.'],
  expired: ['The token has expired.', 'Mint a new one; if that happens too early, compare the clocks.'],
  nbf_invalid: ['The not-before time is not usable.', 'Write nbf in whole seconds since 1970, not later than exp.'],
  not_yet_valid: ['The token is not valid yet.', WAIT_OR_CLOCK],
  iat_invalid: ['The issued-at time is not usable.', 'Write iat in whole seconds since 1970, not later than exp.'],
  iat_future: ['The token says that it will be issued in the future.', WAIT_OR_CLOCK],
  lifetime: ['The token lives longer than the verifier allows.', 'Ask for a shorter life (exp minus iat).'],
  claim_missing: ['A claim that is needed is not there.', 'Add it where the token is minted, or do not ask for it.'],
  claim_mismatch: ['A claim has another value than expected.', 'Compare both values; upper case and type count.'],
  token_revoked: ['The token was revoked.', 'Mint a new one; if you did not revoke it, find out why it was.'],
  replay: ['The token was used before.', 'Mint a new token for each use.'],
  issuer_unreachable: [
    'The issuer does not answer, so nothing was learned about the token.',
    'Open its discovery document from this machine; look at the network, the proxy and the URL.',
  ],
  discovery_invalid: [
    'The issuer has no usable discovery document, or may not be asked for it.',
    'Its URL must be https and lead to no forbidden address, its issuer member be the iss of the token byte for byte, and jwks_uri be there.',
  ],
  keys_unavailable: [
    'The keys of the issuer could not be had, so nothing was learned about the token.',
    'Open its JWKS from this machine; it must be a JSON object with keys.',
  ],
};

/** What a verdict's code means and what mends it (CONTRACT §6). */
export function explainCode(code: VerdictCode): CodeExplanation {
  const [problem, mend] = EXPLANATIONS[code];
  return { problem, mend };
}

/** Is a text that came from another process a verdict's code? */
export function isVerdictCode(text: string): text is VerdictCode {
  return Object.hasOwn(EXPLANATIONS, text);
}
