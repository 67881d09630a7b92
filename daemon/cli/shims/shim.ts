/** A token request in the words of a platform's own program. */
export interface ShimRequest {
  /** Scheme of the `Authorization` header that the platform's route takes. */
  readonly scheme: 'Bearer' | 'Token';
  readonly body: Readonly<Record<string, unknown>>;
  /** What the program puts on stdout for a token. */
  readonly show: (token: string) => string;
  /** Where the program asks, given where the run's own job does. Without it, there. */
  readonly locate?: (requestUrl: string) => string;
  /** The program's exit code for such a status of the answer; null and without it: as for every fault. */
  readonly exitCodeOf?: (status: number) => number | null;
}

/**
 * Reads the words behind the program's name; null for a command that is none of ours.
 *
 * @param env what the job finds: a program may take from it what no flag says
 * @throws MintmarkError `usage` for a request that the program would not take
 */
export type ReadWords = (
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
) => ShimRequest | null;
