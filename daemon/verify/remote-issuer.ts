import type { FetchDocument } from './fetch-document.ts';
import { findIssuerUrlFault } from './issuer-url.ts';
import type { KeySet } from './keys.ts';
import {
  type Discovery,
  failWith,
  fetchDiscovery,
  fetchKeys,
  type KeyFailure,
  refuseToAsk,
} from './remote-documents.ts';

export interface RemoteIssuersOptions {
  readonly fetchDocument: FetchDocument;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Shortest time between two requests that unknown kids cause, milliseconds. */
  readonly cooldownMs?: number;
  /** Called with the issuer's URL when what `keysOf` answers for it has changed. */
  readonly onChange?: (issuer: string) => void;
}

/** The keys of issuers elsewhere that the caller chose to trust. */
export interface RemoteIssuers {
  /**
   * The key set of `issuer`, from memory while it is fresh. A `kid` that is not in it makes the set be fetched once
   * more, at most once per cool-down. Never rejects: what went wrong is in the answer.
   */
  keysOf(issuer: string, kid: string | null): Promise<KeySet>;
  /** Fetches the key set now, but for a back-off under way: for those who poll. Never rejects. */
  refresh(issuer: string): Promise<KeySet>;
}

const COOLDOWN_MS = 30_000;
const MAX_STALE_MS = 3_600_000;
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 300_000;
const MAX_ISSUERS = 256;

type Good = Extract<KeySet, { ok: true }>;

interface Entry {
  discovery: (Discovery & { readonly freshUntil: number }) | null;
  good: { readonly set: Good; readonly text: string; readonly freshUntil: number } | null;
  failure: KeyFailure | null;
  failures: number;
  /** No request before this instant. */
  retryAt: number;
  /** No further request for an unknown kid before this instant. */
  missAt: number;
  pending: Promise<void> | null;
}

/** Makes the memory of remote key sets. It keeps the 256 issuers that were asked for last. */
export function createRemoteIssuers(options: RemoteIssuersOptions): RemoteIssuers {
  const { fetchDocument, now, cooldownMs = COOLDOWN_MS, onChange } = options;
  const entries = new Map<string, Entry>();
  let latest = Number.NEGATIVE_INFINITY;

  /** The time; once it was set back, every instant noted before would lie too far ahead, and all is asked for anew. */
  function readTime(): number {
    const at = now();
    if (at < latest) for (const entry of entries.values()) forgetInstants(entry, at);
    latest = at;
    return at;
  }

  function entryOf(issuer: string): Entry {
    const entry = entries.get(issuer) ?? createEntry();
    entries.delete(issuer);
    entries.set(issuer, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= MAX_ISSUERS) break;
      entries.delete(oldest);
    }
    return entry;
  }

  function answerOf(entry: Entry): KeySet {
    if (entry.good && (entry.failure === null || now() < entry.good.freshUntil + MAX_STALE_MS)) return entry.good.set;
    return entry.failure ?? failWith('issuer_unreachable', 'The issuer was not asked yet');
  }

  async function update(issuer: string, entry: Entry): Promise<void> {
    const before = describeAnswer(entry, answerOf(entry));
    if (entry.discovery === null || now() >= entry.discovery.freshUntil) {
      const discovery = await fetchDiscovery(issuer, fetchDocument);
      if ('ok' in discovery) return finish(issuer, entry, before, discovery);
      entry.discovery = { ...discovery, freshUntil: now() + discovery.maxAgeSeconds * 1000 };
    }
    const published = await fetchKeys(entry.discovery.jwksUri, fetchDocument);
    if ('ok' in published) {
      // The keys may have moved: the next attempt asks again where they are.
      entry.discovery = null;
      return finish(issuer, entry, before, published);
    }
    entry.good = {
      set: { ok: true, provenance: 'trusted-issuer', keys: published.keys, isRevoked: null },
      text: published.text,
      freshUntil: now() + published.maxAgeSeconds * 1000,
    };
    return finish(issuer, entry, before, null);
  }

  function finish(issuer: string, entry: Entry, before: string, failure: KeyFailure | null): void {
    entry.failure = failure;
    entry.failures = failure === null ? 0 : entry.failures + 1;
    const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** (entry.failures - 1), MAX_BACKOFF_MS);
    entry.retryAt = failure === null ? 0 : now() + backoff;
    if (describeAnswer(entry, answerOf(entry)) !== before) onChange?.(issuer);
  }

  async function bringUpToDate(issuer: string, kid: string | null, force: boolean): Promise<KeySet> {
    const fault = findIssuerUrlFault(issuer);
    if (fault !== null) return refuseToAsk(fault);
    const entry = entryOf(issuer);
    const at = readTime();
    const fresh = entry.good !== null && at < entry.good.freshUntil;
    const missed = fresh && kid !== null && !entry.good?.set.keys.some((key) => key.kid === kid);
    const wanted = force || !fresh || (missed && at >= entry.missAt);
    if (entry.pending !== null) {
      if (wanted || missed) await entry.pending;
    } else if (wanted && at >= entry.retryAt) {
      if (missed) entry.missAt = at + cooldownMs;
      entry.pending = update(issuer, entry).finally(() => {
        entry.pending = null;
      });
      await entry.pending;
    }
    return answerOf(entry);
  }

  return {
    keysOf: (issuer, kid) => bringUpToDate(issuer, kid, false),
    refresh: (issuer) => bringUpToDate(issuer, null, true),
  };
}

function createEntry(): Entry {
  return { discovery: null, good: null, failure: null, failures: 0, retryAt: 0, missAt: 0, pending: null };
}

/** What is in memory stays to fall back on, for as long as if it had just become stale. */
function forgetInstants(entry: Entry, at: number): void {
  entry.discovery = null;
  if (entry.good !== null) entry.good = { ...entry.good, freshUntil: at };
  entry.retryAt = 0;
  entry.missAt = 0;
}

/** A text that differs when verdicts can. */
function describeAnswer(entry: Entry, answer: KeySet): string {
  return answer.ok ? `keys ${entry.good?.text ?? ''}` : answer.code;
}
