import { MintmarkError } from '../problem.ts';
import type { OperationOutput, OperationRequest } from '../protocol/operations.ts';
import type { Issuer, Key } from '../protocol/resources.ts';
import type { KeyRow } from '../store/rows.ts';
import { quoteText } from '../token/quote.ts';
import { writeDuration } from '../token/time-words.ts';
import { changeKeys, requireKey } from './change-keys.ts';
import type { IssuerContext } from './context.ts';
import { ensureIssuer } from './ensure-issuer.ts';
import { generateSigningKey } from './generate-key.ts';
import { computeLeastInterval, findStagedKey } from './key-plan.ts';
import type { IssuerEntry, KeyEntry } from './keyring.ts';
import { chooseNextAlgorithm, generateNewKey } from './new-key.ts';
import { cutPage, readCursor } from './paging.ts';
import { toIssuerView, toKeyView } from './views.ts';

/**
 * Lists the keys of an issuer, the active one first. The order follows their states: one that changes between two pages
 * may be in both or in neither.
 * @throws MintmarkError `issuer_not_found`, `platform_unavailable`, `invalid_request` for a cursor of another issuer
 */
export async function listKeys(
  context: IssuerContext,
  { slug, limit, cursor }: OperationRequest<'keys.list'>,
): Promise<OperationOutput<'keys.list'>> {
  const { keys } = await ensureIssuer(context, slug);
  const after = readCursor(cursor);
  const before = after === undefined ? -1 : keys.findIndex(({ row }) => row.id === after);
  if (after !== undefined && before < 0) throw new MintmarkError('invalid_request', 'cursor: not one of ours');
  const { page, nextCursor } = cutPage(keys.slice(before + 1), limit, ({ row }) => row.id);
  return { items: page.map(toKeyView), nextCursor };
}

/**
 * Publishes a new key and signs with it in one step; with `prepublish` only publishes it, with `activateAfterSeconds`
 * to sign by itself after so many seconds. A key that waits as `next`, with a plan or without, is used before another
 * one is made, unless one is to be published.
 * @throws MintmarkError `algorithm_unsupported`; what the store throws, and then the old key still signs
 */
export async function rotateKey(
  context: IssuerContext,
  { slug, alg, prepublish, activateAfterSeconds }: OperationRequest<'keys.rotate'>,
): Promise<Key> {
  const issuer = seeIssuer(context, await ensureIssuer(context, slug));
  const isStaged = prepublish || activateAfterSeconds !== undefined;
  const staged = isStaged ? undefined : findStagedKey(issuer.keys, alg);
  if (staged !== undefined) return activateStagedKey(context, issuer, staged.row.kid);
  const fresh = await generateNewKey(context, issuer.profile, alg ?? chooseNextAlgorithm(issuer));
  changeKeys(context, issuer, (change) => {
    const row = change.publish(fresh);
    if (!isStaged) change.activate(row);
    else if (activateAfterSeconds !== undefined) change.plan(row, change.now + activateAfterSeconds * 1_000);
  });
  return showKey(context, issuer, fresh.kid);
}

/**
 * Signs with a `next` key from now on.
 * @throws MintmarkError `key_not_found`, `key_active`, `key_state`, `key_unavailable`
 */
export async function activateKey(
  context: IssuerContext,
  { slug, kid }: OperationRequest<'keys.activate'>,
): Promise<Key> {
  return activateStagedKey(context, await ensureIssuer(context, slug), kid);
}

/**
 * Lets a `next` key sign by itself after so many seconds, whoever runs then; null takes that back: it signs when it is
 * activated by hand, or by schedule.
 * @throws MintmarkError `key_not_found`, `key_active`, `key_state`, `key_unavailable`
 */
export async function planKey(
  context: IssuerContext,
  { slug, kid, activateAfterSeconds }: OperationRequest<'keys.plan'>,
): Promise<Key> {
  const issuer = await ensureIssuer(context, slug);
  changeKeys(context, issuer, (change) => {
    const row = requireKey(change, kid);
    if (activateAfterSeconds !== null) requireUsable(context, issuer, row);
    change.plan(row, activateAfterSeconds === null ? null : change.now + activateAfterSeconds * 1_000);
  });
  return showKey(context, issuer, kid);
}

/** Signs with a published key from now on; everything in one transaction. */
export function activateStagedKey(context: IssuerContext, issuer: IssuerEntry, kid: string): Key {
  changeKeys(context, issuer, (change) => {
    const row = requireKey(change, kid);
    requireUsable(context, issuer, row);
    change.activate(row);
  });
  return showKey(context, issuer, kid);
}

/** @throws MintmarkError `key_unavailable` for a published key that could not sign */
function requireUsable(context: IssuerContext, issuer: IssuerEntry, { kid, state }: KeyRow): void {
  if (state !== 'next' || findKey(context, issuer, kid).privateKey !== null) return;
  throw new MintmarkError('key_unavailable', 'The private half of this key cannot be opened: revoke it');
}

/**
 * Takes a `next` or `retiring` key out of the JWKS.
 * @throws MintmarkError `key_not_found`, `key_active`, `key_state`
 */
export async function retireKey(context: IssuerContext, { slug, kid }: OperationRequest<'keys.retire'>): Promise<Key> {
  const issuer = await ensureIssuer(context, slug);
  changeKeys(context, issuer, (change) => change.retire(requireKey(change, kid)));
  return showKey(context, issuer, kid);
}

/**
 * Revokes a key in any state. An active one is replaced in the same transaction: by the key that waits as `next`, else
 * by a fresh one. Revoking twice changes nothing.
 * @throws MintmarkError `key_not_found`
 */
export async function revokeKey(context: IssuerContext, { slug, kid }: OperationRequest<'keys.revoke'>): Promise<Key> {
  const issuer = seeIssuer(context, await ensureIssuer(context, slug));
  const key = findKey(context, issuer, kid);
  if (key.row.state === 'revoked') return toKeyView(key);
  const staged = findStagedKey(issuer.keys)?.row;
  const needsFresh = key.row.state === 'active' && staged === undefined;
  // Not behind every rotation that was asked for before: a revocation acts within a second.
  const fresh = needsFresh
    ? await generateNewKey(context, issuer.profile, chooseNextAlgorithm(issuer), generateSigningKey)
    : undefined;
  changeKeys(context, issuer, (change) => {
    const row = requireKey(change, kid);
    if (row.state === 'revoked') return;
    change.revoke(row);
    // A rotation may have superseded it while the fresh key was generated: then that one is not needed.
    if (row.state !== 'active') return;
    const replacement = staged ?? (fresh && change.publish(fresh));
    if (replacement === undefined) throw new MintmarkError('internal', 'The revoked key has no replacement');
    change.activate(replacement);
  });
  return showKey(context, issuer, kid);
}

/**
 * Rotates by schedule, every so many seconds; null ends it. The keys that are there stay as they are.
 * @throws MintmarkError `invalid_request` for an interval so short that the JWKS would outgrow its readers
 */
export async function scheduleRotation(
  context: IssuerContext,
  { slug, everySeconds }: OperationRequest<'keys.schedule'>,
): Promise<Issuer> {
  const issuer = await ensureIssuer(context, slug);
  const least = computeLeastInterval(issuer.profile);
  if (everySeconds !== null && everySeconds < least) {
    throw new MintmarkError(
      'invalid_request',
      `The JWKS would grow too long: leave ${writeDuration(least)} or more between rotations`,
    );
  }
  changeKeys(context, issuer, (change) => {
    context.store.issuers.update(issuer.row.id, { rotateEverySeconds: everySeconds });
    change.log('key.scheduled', null, { everySeconds });
  });
  return toIssuerView(seeIssuer(context, issuer), context.clock.now());
}

/** @throws MintmarkError `key_not_found` */
export function findKey(context: IssuerContext, issuer: IssuerEntry, kid: string): KeyEntry {
  const key = seeIssuer(context, issuer).keys.find(({ row }) => row.kid === kid);
  if (key === undefined) throw new MintmarkError('key_not_found', `${issuer.row.slug} has no key ${quoteText(kid)}`);
  return key;
}

/** The issuer as of this moment: whatever was awaited since it was found, others may have changed it meanwhile. */
function seeIssuer(context: IssuerContext, issuer: IssuerEntry): IssuerEntry {
  return context.keyring.byId(issuer.row.id) ?? issuer;
}

/** The key as it is after a change. */
export function showKey(context: IssuerContext, issuer: IssuerEntry, kid: string): Key {
  return toKeyView(findKey(context, issuer, kid));
}
