import type { Issuer, Key } from '../daemon/protocol/resources.ts';

/** A published key that does not sign yet. */
export interface PendingKey {
  readonly slug: string;
  readonly kid: string;
  /** When it begins to by itself; null: when a person lets it. */
  readonly signsFrom: string | null;
}

/** More are to be seen in the issuers view. */
const MOST = 5;

/** The key of each issuer that waits to be activated: the oldest one, as a rotation would take. */
export function listPendingKeys(issuers: readonly Issuer[]): PendingKey[] {
  const pending = issuers.flatMap(({ slug, keys, rotation }) => {
    const staged = rotation === null ? findStagedKey(keys) : undefined;
    return staged === undefined ? [] : [{ slug, kid: staged.kid, signsFrom: staged.signsFrom }];
  });
  return pending.slice(0, MOST);
}

/** When another key begins to sign, by schedule or as it was staged; null where only a person will see to it. */
export function findNextChange({ keys, rotation }: Pick<Issuer, 'keys' | 'rotation'>): string | null {
  const planned = keys.flatMap(({ signsFrom }) => signsFrom ?? []).sort((a, b) => Date.parse(a) - Date.parse(b));
  return rotation?.nextAt ?? planned[0] ?? null;
}

/** The published key that signs next; keys are in the daemon's order, the newest first. */
export function findStagedKey(keys: readonly Key[]): Key | undefined {
  return keys.findLast(({ state }) => state === 'next');
}
