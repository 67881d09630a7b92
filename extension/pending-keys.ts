import type { Issuer, Key } from '../daemon/protocol/resources.ts';

/** A published key that nothing but a person will let sign. */
export interface PendingKey {
  readonly slug: string;
  readonly kid: string;
}

/** More are to be seen in the issuers view. */
const MOST = 5;

/**
 * The key of each issuer that waits to be activated: the oldest one, as a rotation would take. What a staged rotation left
 * behind when its window was closed is told from the keys alone, so that nothing needs to be remembered for it.
 */
export function listPendingKeys(issuers: readonly Issuer[]): PendingKey[] {
  const pending = issuers.flatMap(({ slug, keys, rotation }) => {
    const staged = rotation === null ? findStagedKey(keys) : undefined;
    return staged === undefined ? [] : [{ slug, kid: staged.kid }];
  });
  return pending.slice(0, MOST);
}

/** The published key that signs next; keys are in the daemon's order, the newest first. */
export function findStagedKey(keys: readonly Key[]): Key | undefined {
  return keys.findLast(({ state }) => state === 'next');
}
