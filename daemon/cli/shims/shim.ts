/** A token request in the words of a platform's own program. */
export interface ShimRequest {
  /** Scheme of the `Authorization` header that the platform's route takes. */
  readonly scheme: 'Bearer' | 'Token';
  readonly body: Readonly<Record<string, unknown>>;
  /** What the program puts on stdout for a token. */
  readonly show: (token: string) => string;
}

/**
 * Reads the words behind the program's name; null for a command that is none of ours.
 * @throws MintmarkError `usage` for a request that the program would not take
 */
export type ReadWords = (words: readonly string[]) => ShimRequest | null;
