/** What a caller expects of a token (CONTRACT §5): the shape that the control API's schema parses into. */
export interface Expectation {
  readonly issuer?: string | undefined;
  /** One of them is enough. */
  readonly audience?: string | readonly string[] | undefined;
  /** Pinned claims. A value is compared as JSON; a string also matches a number or boolean that prints as it. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Claims that must be there and say something: `null`, `""`, `[]` and `{}` count as missing, `false` and `0` do not.
   */
  readonly requiredClaims?: readonly string[] | undefined;
  /** Replaces the default list. Names that no signature is checked with (`none`, HMAC) match nothing. */
  readonly algorithms?: readonly string[] | undefined;
  readonly leewaySeconds?: number | undefined;
  /** Tolerance for a clock that is ahead, `nbf` and `iat`, where it is another than `leewaySeconds`. */
  readonly earlyLeewaySeconds?: number | undefined;
  /** Refuses a token without `kid` although one key alone would fit it. */
  readonly kidRequired?: boolean | undefined;
  /** Expected `typ`; without it `JWT` or none. */
  readonly type?: string | undefined;
  /** Longest accepted life, seconds; one day without it. */
  readonly maxLifetimeSeconds?: number | undefined;
}

export const DEFAULT_MAX_LIFETIME_SECONDS = 86_400;
