/**
 * The codes of a verdict (CONTRACT §6): a closed list that people script against. A code is never renamed.
 */
export const VERDICT_CODES = [
  'format',
  'charset',
  'noncanonical',
  'duplicate_key',
  'utf8',
  'unicode',
  'too_large',
  'depth',
  'payload_not_object',
  'not_signed',
  'crit',
  'alg_invalid',
  'alg_not_allowed',
  'alg_key_mismatch',
  'kid_required',
  'kid_invalid',
  'kid_unknown',
  'key_retired',
  'key_revoked',
  'weak_key',
  'signature_invalid',
  'iss_missing',
  'iss_mismatch',
  'aud_missing',
  'aud_mismatch',
  'typ_mismatch',
  'exp_missing',
  'exp_range',
  'expired',
  'nbf_invalid',
  'not_yet_valid',
  'iat_invalid',
  'iat_future',
  'lifetime',
  'claim_missing',
  'claim_mismatch',
  'token_revoked',
  'replay',
  'issuer_unreachable',
  'discovery_invalid',
  'keys_unavailable',
] as const;

export type VerdictCode = (typeof VERDICT_CODES)[number];

/** The codes with which a verdict is `undecided` instead of `refused`: nothing was learned about the token. */
export const UNDECIDED_CODES: ReadonlySet<VerdictCode> = new Set([
  'issuer_unreachable',
  'discovery_invalid',
  'keys_unavailable',
]);

/** A text that is no acceptable token. `offset` counts UTF-16 units from the start of the text, where one is known. */
export class TokenError extends Error {
  readonly code: VerdictCode;
  readonly offset: number | undefined;

  constructor(code: VerdictCode, message: string, offset?: number) {
    super(message);
    this.name = 'TokenError';
    this.code = code;
    this.offset = offset;
  }
}
