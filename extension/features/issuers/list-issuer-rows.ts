import { l10n } from 'vscode';
import type { Issuer, Key, KeyState } from '../../../daemon/protocol/resources.ts';
import { sayAge, sayClock, sayInstant, sayLeft } from '../../instant-words.ts';
import { findNextChange, findStagedKey } from '../../pending-keys.ts';
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
  const { slug, platform, alg } = issuer;
  const next = findNextChange(issuer);
  return {
    kind: 'issuer',
    slug,
    id: issuerRowId(slug),
    label: slug,
    description: [...(platform === slug || platform === 'generic' ? [] : [platform]), alg].join(' · '),
    tooltip: [
      issuer.url,
      l10n.t('Tokens live {0} s unless said otherwise.', issuer.tokenTtlSeconds),
      ...(next ? [l10n.t('The key rotates {0}.', sayInstant(next, nowMs))] : []),
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

function toKeyRow(issuer: Issuer, key: Key, nowMs: number): RowNode {
  const { slug } = issuer;
  const { kid, alg, state } = key;
  const words = describeKeyState(issuer, key, nowMs);
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
    contextValue: `key.${state}`,
    ...LOOKS[state],
  };
}

/** What a key does now, in a few words; the word for each state says who signs and who only verifies. */
export function describeKeyState(issuer: Issuer, key: Key, nowMs: number): string {
  switch (key.state) {
    case 'active': {
      const next = findNextChange(issuer);
      return next === null ? l10n.t('signs') : l10n.t('signs for {0}', sayLeft(next, nowMs));
    }
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

/** A key signs next as it was staged, by schedule, or when a person activates it: best when no cache can be without it. */
function describeNext({ rotation, keys, documentMaxAgeSeconds }: Issuer, key: Key, nowMs: number): string {
  const due = key.signsFrom ?? (findStagedKey(keys) === key ? rotation?.nextAt : null);
  if (due) return l10n.t('signs in {0}', sayLeft(due, nowMs));
  const ready = new Date(Date.parse(key.createdAt) + documentMaxAgeSeconds * 1_000).toISOString();
  return Date.parse(ready) > nowMs ? l10n.t('ready in {0}', sayLeft(ready, nowMs)) : l10n.t('ready to sign');
}

function listMoments(key: Key, nowMs: number): string[] {
  const moments: readonly (readonly [string | null, string])[] = [
    [key.createdAt, l10n.t('published')],
    [key.signsFrom, l10n.t('signs from')],
    [key.activatedAt, l10n.t('signed from')],
    [key.retiringAt, l10n.t('stopped signing')],
    [key.verifiesUntil, l10n.t('verifies until')],
    [key.retiredAt, l10n.t('retired')],
    [key.revokedAt, l10n.t('revoked')],
  ];
  return moments.flatMap(([at, word]) => (at === null ? [] : [`${word} ${sayClock(at, nowMs)}`]));
}
