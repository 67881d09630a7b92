import type { TimelineKey, TimelineSnapshot, TimelineToken } from '../protocol.ts';

export type PhaseKind = 'published' | 'signing' | 'verifying';

export interface Phase {
  readonly kind: PhaseKind;
  /** Milliseconds since the epoch; `toMs` null while nothing has ended it. */
  readonly fromMs: number;
  readonly toMs: number | null;
}

export interface Lane {
  readonly key: TimelineKey;
  readonly phases: readonly Phase[];
  /** When the key left the JWKS for good; null while it verifies. */
  readonly goneMs: number | null;
  /** Tokens that the key keeps valid now. */
  readonly alive: readonly TimelineToken[];
}

export interface Picture {
  readonly nowMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Lanes that are drawn; the table has the others, too. */
  readonly lanes: readonly Lane[];
}

const MOST_LANES = 10;
const SHORTEST_SPAN_MS = 60_000;

/** A key that will begin to sign by itself. */
interface Change {
  readonly kid: string;
  readonly atMs: number;
}

/** What a key did when, what is planned for it, and which tokens hang on it. */
export function layOutKeys({
  keys,
  tokens,
  nowMs,
}: Pick<TimelineSnapshot, 'keys' | 'tokens' | 'nowMs'>): readonly Lane[] {
  const changes = listChanges(keys, nowMs);
  return keys.map((key) => layOutKey(key, tokens, nowMs, changes));
}

/** What is planned, in order. It is still to come, though its time may be over: the daemon's clock may stand. */
function listChanges(keys: readonly TimelineKey[], nowMs: number): readonly Change[] {
  return keys
    .flatMap(({ kid, state, canSign, signsFrom }) =>
      state === 'next' && canSign && signsFrom !== null ? [{ kid, atMs: signsFrom }] : [],
    )
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ kid, atMs }) => ({ kid, atMs: Math.max(atMs, nowMs) }));
}

/** The first lanes, as many as are readable, on one scale. */
export function layOutPicture(all: readonly Lane[], nowMs: number): Picture {
  const lanes = all.slice(0, MOST_LANES);
  const ends = lanes.flatMap(({ phases, alive }) => [
    // What is still to come gets as much room as the time until then.
    ...phases.map(({ fromMs, toMs }) => toMs ?? nowMs + 2 * Math.max(0, fromMs - nowMs)),
    ...alive.map(({ expiresAt }) => expiresAt),
  ]);
  return {
    nowMs,
    fromMs: Math.min(nowMs - SHORTEST_SPAN_MS, ...lanes.map(({ key }) => key.createdAt)),
    toMs: Math.max(nowMs + SHORTEST_SPAN_MS, ...ends),
    lanes,
  };
}

function layOutKey(
  key: TimelineKey,
  tokens: readonly TimelineToken[],
  nowMs: number,
  changes: readonly Change[],
): Lane {
  const { state, createdAt, retiredAt, revokedAt, verifiesUntil } = key;
  const planned = changes.findIndex(({ kid }) => kid === key.kid);
  const signsAt = key.activatedAt ?? changes[planned]?.atMs ?? null;
  // A key signs until the next one does: for the active one the first that is planned, for a planned one that after it.
  const retiringAt =
    key.retiringAt ?? (state === 'active' || planned >= 0 ? (changes[planned + 1]?.atMs ?? null) : null);
  const isGone = state === 'retired' || state === 'revoked';
  const ended = firstOf(revokedAt, retiredAt);
  const kind = state === 'next' && !key.canSign ? 'verifying' : 'published';
  const phases: Phase[] = [{ kind, fromMs: createdAt, toMs: firstOf(signsAt, retiringAt, ended) }];
  if (signsAt !== null) phases.push({ kind: 'signing', fromMs: signsAt, toMs: firstOf(retiringAt, ended) });
  if (retiringAt !== null) phases.push({ kind: 'verifying', fromMs: retiringAt, toMs: firstOf(ended, verifiesUntil) });
  return {
    key,
    phases: phases.filter(({ fromMs, toMs }) => toMs === null || toMs > fromMs),
    goneMs: isGone ? (ended ?? verifiesUntil) : null,
    alive: isGone ? [] : tokens.filter((token) => token.kid === key.kid && !token.revoked && token.expiresAt > nowMs),
  };
}

function firstOf(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/**
 * Where an instant lies across the picture, 0 to 100. Now is in the middle, and each half has a scale of its own: keys
 * are rotated within minutes, but verify for a day.
 */
export function placeInstant({ fromMs, nowMs, toMs }: Picture, ms: number): number {
  const share = ms <= nowMs ? (ms - fromMs) / (nowMs - fromMs) / 2 : 0.5 + (ms - nowMs) / (toMs - nowMs) / 2;
  return Math.min(1, Math.max(0, share)) * 100;
}
