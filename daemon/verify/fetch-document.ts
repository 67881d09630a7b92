/** What a server answered. The body is whole and already held to the fetcher's limits of size and time. */
export interface FetchedDocument {
  readonly status: number;
  readonly body: Uint8Array;
  /** Names in lower case, as `node:http` gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Says that a rule forbids a fetch: nobody was asked. */
export class ForbiddenFetchError extends Error {}

/** Says that a server did answer, and why the answer cannot be used. */
export class UnusableAnswerError extends Error {}

/**
 * GETs one public document: no credentials, no redirects followed, bounded in size and time, no link-local addresses.
 * Rejects when there was no whole answer, with a ForbiddenFetchError where it was not even asked for and an
 * UnusableAnswerError where it was not accepted; the message says why and is shown to people.
 */
export type FetchDocument = (url: string) => Promise<FetchedDocument>;

const MIN_AGE_SECONDS = 5;
const MAX_AGE_SECONDS = 3600;
const DEFAULT_AGE_SECONDS = 300;

/**
 * How long a document may be used, seconds: its `max-age` (RFC 9111 §5.2.2.1) held
 * between 5 s and 1 h; 300 without one.
 */
export function readMaxAge(headers: FetchedDocument['headers']): number {
  const control = headers['cache-control'];
  const text = typeof control === 'string' ? control : (control ?? []).join(',');
  const found = /(?:^|[\s,])max-age="?(\d{1,10})/i.exec(text);
  const age = found ? Number(found[1]) : DEFAULT_AGE_SECONDS;
  return Math.min(Math.max(age, MIN_AGE_SECONDS), MAX_AGE_SECONDS);
}
