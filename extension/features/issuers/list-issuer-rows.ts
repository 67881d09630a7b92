import { l10n } from 'vscode';
import type { Issuer, Key, KeyState } from '../../../daemon/protocol/resources.ts';
import { describeDuration } from '../../../daemon/token/time-words.ts';
import { hasCome, sayAge, sayClock, sayLeft } from '../../instant-words.ts';
import { computeReadyTime, findNextChange, findScheduledKey, listPlannedKeys } from '../../pending-keys.ts';
import type { RowNode } from '../../row-tree.ts';
import { shortenName } from '../../short-name.ts';

/** Id of a row, for revealing it. */
export const issuerRowId = (slug: string): string => `issuer/${slug}`;
export const keyRowId = (slug: string, kid: string): string => `issuer/${slug}/key/${kid}`;

/** Issuers with their keys: the default one first, then by name; keys in the daemon's order, the signing one first. */
export function listIssuerRows(issuers: readonly Issuer[], nowMs: number): RowNode[] {
  return [...issuers].sort(compareIssuers).map((issuer) => toIssuerRow(issuer, nowMs));
}

function compareIssuers(a: Issuer, b: Issuer): number {
  return Number(b.slug === 'default') - Number(a.slug === 'default') || a.slug.localeCompare(b.slug);
}

function toIssuerRow(issuer: Issuer, nowMs: number): RowNode {
  const { slug, platform, alg, rotation } = issuer;
  return {
    kind: 'issuer',
    slug,
    id: issuerRowId(slug),
    label: slug,
    description: [...(platform === slug || platform === 'generic' ? [] : [platform]), alg].join(' · '),
    // Nothing here that changes with time: drawing an issuer anew takes the keys' buttons
    // away for a moment. They say it.
    tooltip: [
      issuer.url,
      l10n.t('Tokens live {0} s unless said otherwise.', issuer.tokenTtlSeconds),
      ...(rotation === null ? [] : [l10n.t('The key rotates every {0}.', describeDuration(rotation.everySeconds))]),
    ].join('\n'),
    icon: 'verified',
    contextValue: slug === 'default' ? 'issuer.default' : 'issuer',
    children: issuer.keys.map((key) => toKeyRow(issuer, key, nowMs)),
  };
}

const LOOKS: Readonly<Record<KeyState, { readonly icon: string; readonly color?: string }>> = {
  active: { icon: 'key', color: 'testing.iconPassed' },
  next: { icon: 'clock' },
  retiring: { icon: 'history' },
  retired: { icon: 'archive', color: 'disabledForeground' },
  revoked: { icon: 'circle-slash', color: 'testing.iconFailed' },
};
const VERIFIES_ONLY = { icon: 'eye' };

function toKeyRow(issuer: Issuer, key: Key, nowMs: number): RowNode {
  const { slug } = issuer;
  const { kid, alg, state } = key;
  const words = describeKeyState(issuer, key, nowMs);
  const isOnlyToVerify = state === 'next' && !key.canSign;
  return {
    kind: 'key',
    slug,
    kid,
    id: keyRowId(slug, kid),
    label: shortenName(kid),
    description: alg === issuer.alg ? words : `${words} · ${alg}`,
    tooltip: [
      `kid ${kid}`,
      `alg ${alg}`,
      l10n.t('{0} old', sayAge(key.createdAt, nowMs)),
      ...listMoments(key, nowMs),
    ].join('\n'),
    // What can be done with a key that only verifies, whether it has signed or not: anything but activate it.
    contextValue: isOnlyToVerify ? 'key.retiring' : `key.${state}`,
    ...(isOnlyToVerify ? VERIFIES_ONLY : LOOKS[state]),
  };
}

/** What a key does now, in a few words; the word for each state says who signs and who only verifies. */
export function describeKeyState(issuer: Issuer, key: Key, nowMs: number): string {
  switch (key.state) {
    case 'active':
      return describeActive(issuer, key, nowMs);
    case 'next':
      return describeNext(issuer, key, nowMs);
    case 'retiring':
      return key.verifiesUntil === null
        ? l10n.t('verifies')
        : l10n.t('verifies for {0}', sayLeft(key.verifiesUntil, nowMs));
    case 'retired':
      return l10n.t('retired');
    case 'revoked':
      return l10n.t('revoked');
  }
}

function describeActive(issuer: Issuer, { canSign }: Key, nowMs: number): string {
  if (!canSign) return l10n.t('cannot sign');
  const next = findNextChange(issuer);
  if (next === null) return l10n.t('signs');
  return hasCome(next, nowMs) ? l10n.t('signs, the next key is due') : l10n.t('signs for {0}', sayLeft(next, nowMs));
}

/**
 * A key signs next as it was planned, by schedule, or when a person activates it: best when no cache can be without it.
 * Where a planned one signs before it, the schedule counts anew from then: that time is not known yet.
 */
function describeNext(issuer: Issuer, key: Key, nowMs: number): string {
  if (!key.canSign) return l10n.t('published, to verify only');
  const isScheduled = findScheduledKey(issuer) === key;
  const first = findNextChange(issuer);
  if (isScheduled && listPlannedKeys(issuer.keys)[0]?.signsFrom === first) return l10n.t('signs by schedule');
  const due = key.signsFrom ?? (isScheduled ? first : null);
  if (due !== null) return hasCome(due, nowMs) ? l10n.t('due to sign') : l10n.t('signs in {0}', sayLeft(due, nowMs));
  const ready = new Date(computeReadyTime(issuer, key)).toISOString();
  return hasCome(ready, nowMs) ? l10n.t('ready to sign') : l10n.t('ready in {0}', sayLeft(ready, nowMs));
}

function listMoments(key: Key, nowMs: number): string[] {
  const moments: readonly (readonly [string | null, string])[] = [
    [key.createdAt, l10n.t('published')],
    [key.canSign ? key.signsFrom : null, l10n.t('signs from')],
    [key.activatedAt, l10n.t('signed from')],
    [key.retiringAt, l10n.t('stopped signing')],
    [key.verifiesUntil, l10n.t('verifies until')],
    [key.retiredAt, l10n.t('retired')],
    [key.revokedAt, l10n.t('revoked')],
  ];
  return moments.flatMap(([at, word]) => (at === null ? [] : [`${word} ${sayClock(at, nowMs)}`]));
}
