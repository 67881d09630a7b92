import { l10n, type QuickPickItem } from 'vscode';
import type { Issuer, Key } from '../../../daemon/protocol/resources.ts';
import { describeDuration } from '../../../daemon/token/time-words.ts';
import { sayClock } from '../../instant-words.ts';
import { findStagedKey } from '../../pending-keys.ts';
import { shortenName } from '../../short-name.ts';

export type RotationStep = 'at-once' | 'staged' | 'unplan' | 'publish-only' | 'other-algorithm';

export interface RotationChoice extends QuickPickItem {
  readonly step: RotationStep;
}

/**
 * How long a staged rotation waits, seconds: until no cache can be without the key, which one that was published before is
 * closer to.
 */
export function countLeadSeconds({ documentMaxAgeSeconds }: Issuer, staged: Key | undefined, nowMs: number): number {
  if (staged === undefined) return documentMaxAgeSeconds;
  const ageSeconds = Math.floor((nowMs - Date.parse(staged.createdAt)) / 1_000);
  return Math.min(documentMaxAgeSeconds, Math.max(1, documentMaxAgeSeconds - ageSeconds));
}

/** What each way of rotating an issuer's key will do, before it is done: who signs from when, who verifies until when. */
export function listRotationChoices(issuer: Issuer, nowMs: number): RotationChoice[] {
  const { alg, keys, keyOverlapSeconds } = issuer;
  const active = keys.find(({ state }) => state === 'active');
  const staged = findStagedKey(keys);
  const old = active === undefined ? l10n.t('the old key') : shortenName(active.kid);
  const at = (seconds: number): string => sayClock(new Date(nowMs + seconds * 1_000).toISOString(), nowMs);
  const leadSeconds = countLeadSeconds(issuer, staged, nowMs);
  const lead = describeDuration(leadSeconds);
  const fresh = staged === undefined ? l10n.t('A new {0} key', alg) : shortenName(staged.kid);
  return [
    {
      step: 'at-once',
      label: `$(zap) ${l10n.t('Sign with the new key at once')}`,
      detail: l10n.t('{0} signs from now on; {1} verifies until {2}', fresh, old, at(keyOverlapSeconds)),
    },
    staged?.signsFrom
      ? {
          step: 'unplan',
          label: `$(debug-pause) ${l10n.t('Do not sign by itself')}`,
          detail: l10n.t(
            '{0}, due to sign from {1}, stays published until you activate it; {2} signs until then',
            fresh,
            sayClock(staged.signsFrom, nowMs),
            old,
          ),
        }
      : {
          step: 'staged',
          label: `$(clock) ${
            staged === undefined
              ? l10n.t('Staged: publish now, sign in {0}', lead)
              : l10n.t('Staged: sign with the published key in {0}', lead)
          }`,
          detail: l10n.t(
            'Signs from {0}, when every cache has it; {1} verifies until {2}',
            at(leadSeconds),
            old,
            at(leadSeconds + keyOverlapSeconds),
          ),
        },
    {
      step: 'publish-only',
      label: `$(eye) ${l10n.t('Publish only')}`,
      detail: l10n.t('A new {0} key is published; {1} signs until you activate the new one', alg, old),
    },
    {
      step: 'other-algorithm',
      label: `$(settings) ${l10n.t('Another algorithm…')}`,
      detail: l10n.t('As the first, with a key for another algorithm than {0}', alg),
    },
  ];
}
