import type { Issuer, SigningAlgorithm } from '../protocol/resources.ts';
import { formatMilliseconds } from '../token/time-words.ts';
import type { IssuerEntry, KeyEntry } from './keyring.ts';
import { computeKeyOverlap, type IssuerProfile } from './profile.ts';

/** What time alone does to an issuer's keys next. All of it follows from stored rows, so a restart loses nothing. */
export type PlannedStep =
  /** `at` in milliseconds. */
  | { readonly kind: 'retire' | 'publish'; readonly at: number }
  | { readonly kind: 'activate'; readonly at: number; readonly kid: string };

/** The oldest key that was published and waits to sign, of `alg` where one is wanted; never a quarantined one. */
export function findStagedKey(keys: readonly KeyEntry[], alg?: SigningAlgorithm): KeyEntry | undefined {
  return keys.findLast(
    (key) => key.row.state === 'next' && key.privateKey !== null && (alg === undefined || key.alg === alg),
  );
}

/** Most superseded keys that a schedule leaves in a JWKS: readers refuse a long one, our own beyond 256 keys. */
const MOST_SUPERSEDED = 200;

/** No schedule is shorter than this, seconds. */
const LEAST_INTERVAL_SECONDS = 60;

/** The shortest interval of a schedule, seconds: each of its keys stays published for the whole overlap. */
export function computeLeastInterval(profile: IssuerProfile): number {
  return Math.max(LEAST_INTERVAL_SECONDS, Math.ceil(computeKeyOverlap(profile) / MOST_SUPERSEDED));
}

/**
 * How long before its first use a scheduled key is published, seconds: as long as others may keep the old JWKS, at most
 * half of the interval.
 */
function computeLeadSeconds(everySeconds: number, documentMaxAgeSeconds: number): number {
  return Math.min(documentMaxAgeSeconds, Math.floor(everySeconds / 2));
}

/** Is the time of this superseded key over at `nowMs`? */
export function isOverdue({ row }: KeyEntry, nowMs: number): boolean {
  return row.state === 'retiring' && row.verifiesUntil !== null && row.verifiesUntil <= nowMs;
}

/**
 * Everything that time alone does to an issuer's keys, due or not, in the order in which what is due is done: an old
 * key leaves before a new one signs, as it may be what keeps that from signing; then by time.
 */
export function planSteps(entry: IssuerEntry): readonly PlannedStep[] {
  const retirements = entry.keys.flatMap(({ row }): PlannedStep[] =>
    row.state === 'retiring' && row.verifiesUntil !== null ? [{ kind: 'retire', at: row.verifiesUntil }] : [],
  );
  return [...retirements, ...planRotations(entry).sort((a, b) => a.at - b.at)];
}

/** What leads to another signing key: the plan of each published key, and the schedule. */
function planRotations(entry: IssuerEntry): PlannedStep[] {
  const planned = entry.keys.flatMap(({ row, privateKey }): PlannedStep[] =>
    row.state === 'next' && row.signsFrom !== null && privateKey !== null
      ? [{ kind: 'activate', at: row.signsFrom, kid: row.kid }]
      : [],
  );
  const scheduled = planScheduled(entry);
  return scheduled === undefined ? planned : [...planned, scheduled];
}

/**
 * The schedule lets no key sign for longer than its interval, and lets a planned key sign at its own time, no sooner:
 * it counts from whichever key began to sign last, leaves planned keys alone, and publishes none of its own when a
 * planned one will sign by the time that it is due. Its own key signs no sooner than its lead after it was published,
 * even when the schedule is overdue.
 */
function planScheduled({ row, profile, keys }: IssuerEntry): PlannedStep | undefined {
  const active = keys.find((key) => key.row.state === 'active');
  if (row.rotateEverySeconds === null || active === undefined) return undefined;
  const leadMs = computeLeadSeconds(row.rotateEverySeconds, profile.documentMaxAgeSeconds) * 1_000;
  const dueAt = (active.row.activatedAt ?? active.row.createdAt) + row.rotateEverySeconds * 1_000;
  const staged = findStagedKey(keys.filter((key) => key.row.signsFrom === null));
  if (staged !== undefined) {
    return { kind: 'activate', at: Math.max(dueAt, staged.row.createdAt + leadMs), kid: staged.row.kid };
  }
  const isSeenTo = keys.some(
    ({ row: { state, signsFrom }, privateKey }) =>
      state === 'next' && signsFrom !== null && signsFrom <= dueAt && privateKey !== null,
  );
  return isSeenTo ? undefined : { kind: 'publish', at: dueAt - leadMs };
}

/** The schedule as callers see it at `nowMs` (ms since the epoch): when the next key begins to sign, by schedule or as it was planned. */
export function describeRotation(entry: IssuerEntry, nowMs: number): Issuer['rotation'] {
  const everySeconds = entry.row.rotateEverySeconds;
  if (everySeconds === null) return null;
  const leadSeconds = computeLeadSeconds(everySeconds, entry.profile.documentMaxAgeSeconds);
  const signTimes = planRotations(entry).map((step) =>
    step.kind === 'activate' ? step.at : Math.max(step.at, nowMs) + leadSeconds * 1_000,
  );
  const nextAt = signTimes.length === 0 ? null : formatMilliseconds(Math.min(...signTimes));
  return { everySeconds, leadSeconds, nextAt };
}
