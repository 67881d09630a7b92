import type { Issuer, Key } from '../daemon/protocol/resources.ts';

/** A published key that does not sign yet. */
export interface PendingKey {
  readonly slug: string;
  readonly kid: string;
  /** When it begins to by itself; null: when a person lets it. */
  readonly signsFrom: string | null;
}

/** A published key that will sign by itself, as it was staged. */
export type PlannedKey = Key & { readonly signsFrom: string };

/** More are to be seen in the issuers view. */
const MOST = 5;

/**
 * One key of each issuer that does not sign yet: the one that is planned to sign first, else the oldest that waits to
 * be activated, unless a schedule will do that.
 */
export function listPendingKeys(issuers: readonly Issuer[]): PendingKey[] {
  const pending = issuers.flatMap(({ slug, keys, rotation }) => {
    const key = listPlannedKeys(keys)[0] ?? (rotation === null ? findStagedKey(keys) : undefined);
    return key === undefined ? [] : [{ slug, kid: key.kid, signsFrom: key.signsFrom }];
  });
  return pending.slice(0, MOST);
}

/** The keys that were planned to sign, in the order in which they will. */
export function listPlannedKeys(keys: readonly Key[]): PlannedKey[] {
  return keys.filter(isPlanned).sort((a, b) => Date.parse(a.signsFrom) - Date.parse(b.signsFrom));
}

function isPlanned(key: Key): key is PlannedKey {
  return mayYetSign(key) && key.signsFrom !== null;
}

/** Will this key sign once it is activated? Not one that is only advertised, nor one whose private half is damaged. */
export function mayYetSign({ state, canSign }: Key): boolean {
  return state === 'next' && canSign;
}

/**
 * The published key that a rotation at once takes, or a revocation of the key that signs: the oldest, planned or not.
 * Keys are in the daemon's order, the newest first.
 */
export function findStagedKey(keys: readonly Key[]): Key | undefined {
  return keys.findLast(mayYetSign);
}

/** When another key begins to sign, by schedule or as it was planned; null where only a person will see to it. */
export function findNextChange({ keys, rotation }: Pick<Issuer, 'keys' | 'rotation'>): string | null {
  const planned = listPlannedKeys(keys)[0]?.signsFrom ?? null;
  const scheduled = rotation?.nextAt ?? null;
  if (planned === null || scheduled === null) return planned ?? scheduled;
  return Date.parse(planned) <= Date.parse(scheduled) ? planned : scheduled;
}

/** The key that an issuer's schedule lets sign: the oldest without a plan of its own, since it leaves those alone. */
export function findScheduledKey({ keys, rotation }: Pick<Issuer, 'keys' | 'rotation'>): Key | undefined {
  return rotation === null ? undefined : keys.findLast((key) => mayYetSign(key) && key.signsFrom === null);
}

/** When no cache can be without a published key any more, milliseconds since the epoch. */
export function computeReadyTime({ documentMaxAgeSeconds }: Issuer, { createdAt }: Key): number {
  return Date.parse(createdAt) + documentMaxAgeSeconds * 1_000;
}
