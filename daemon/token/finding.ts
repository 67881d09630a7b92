/** What can be noticed about a token without any key or network. A code is never renamed. */
export type FindingCode =
  // The text
  | 'not_a_token'
  | 'too_large'
  | 'trimmed'
  | 'charset'
  | 'noncanonical'
  | 'utf8'
  | 'format'
  | 'depth'
  | 'duplicate_key'
  | 'unicode'
  | 'payload_not_object'
  | 'encrypted'
  // The header
  | 'alg_none'
  | 'alg_hmac'
  | 'alg_invalid'
  | 'key_in_header'
  | 'extension'
  | 'typ_unusual'
  | 'nested'
  | 'signature_empty'
  | 'look_alike'
  // The claims
  | 'iss_missing'
  | 'aud_missing'
  | 'exp_missing'
  | 'exp_range'
  | 'expired'
  | 'not_yet_valid'
  | 'iat_future'
  | 'time_order'
  | 'long_life'
  | 'time_invalid'
  | 'number_precision'
  | 'unsafe_text'
  | 'private_data';

export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'error' | 'warning' | 'info';
  /** A sentence for people. Untrusted text in it is quoted, invisible characters are named. */
  readonly message: string;
  /** Where: `header` or `claims`, then names and indices; absent when it is about the whole text. */
  readonly path?: readonly (string | number)[];
}
