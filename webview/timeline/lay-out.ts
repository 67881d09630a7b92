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

/** What a key did when, what is planned for it, and which tokens hang on it. */
export function layOutKeys({
  keys,
  tokens,
  nowMs,
}: Pick<TimelineSnapshot, 'keys' | 'tokens' | 'nowMs'>): readonly Lane[] {
  const changesMs = firstOf(...keys.map(({ signsFrom }) => signsFrom));
  return keys.map((key) => layOutKey(key, tokens, nowMs, key.state === 'active' ? changesMs : null));
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

/** @param changesMs when another key is due to sign in the place of this one */
function layOutKey(key: TimelineKey, tokens: readonly TimelineToken[], nowMs: number, changesMs: number | null): Lane {
  const { createdAt, retiredAt, revokedAt, verifiesUntil } = key;
  const signsAt = key.activatedAt ?? key.signsFrom;
  const retiringAt = key.retiringAt ?? changesMs;
  const isGone = key.state === 'retired' || key.state === 'revoked';
  const ended = firstOf(revokedAt, retiredAt);
  const phases: Phase[] = [{ kind: 'published', fromMs: createdAt, toMs: firstOf(signsAt, ended) }];
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
