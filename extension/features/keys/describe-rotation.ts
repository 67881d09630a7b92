import { l10n, type QuickPickItem } from 'vscode';
import type { Issuer } from '../../../daemon/protocol/resources.ts';
import { describeDuration } from '../../../daemon/token/time-words.ts';
import { sayClock } from '../../instant-words.ts';
import { findStagedKey } from '../../pending-keys.ts';
import { shortenName } from '../../short-name.ts';

export type RotationStep = 'at-once' | 'staged' | 'publish-only' | 'other-algorithm';

export interface RotationChoice extends QuickPickItem {
  readonly step: RotationStep;
}

/** What each way of rotating an issuer's key will do, before it is done: who signs from when, who verifies until when. */
export function listRotationChoices(issuer: Issuer, nowMs: number): RotationChoice[] {
  const { alg, keys, keyOverlapSeconds, documentMaxAgeSeconds } = issuer;
  const active = keys.find(({ state }) => state === 'active');
  const staged = findStagedKey(keys);
  const old = active === undefined ? l10n.t('the old key') : shortenName(active.kid);
  const at = (seconds: number): string => sayClock(new Date(nowMs + seconds * 1_000).toISOString(), nowMs);
  const lead = describeDuration(documentMaxAgeSeconds);
  const fresh = staged === undefined ? l10n.t('A new {0} key', alg) : shortenName(staged.kid);
  return [
    {
      step: 'at-once',
      label: `$(zap) ${l10n.t('Sign with the new key at once')}`,
      detail: l10n.t('{0} signs from now on; {1} verifies until {2}', fresh, old, at(keyOverlapSeconds)),
    },
    {
      step: 'staged',
      label: `$(clock) ${l10n.t('Staged: publish now, sign in {0}', lead)}`,
      detail: l10n.t(
        'Signs from {0}, when every cache has it, if this window is open then; {1} verifies until {2}',
        at(documentMaxAgeSeconds),
        old,
        at(documentMaxAgeSeconds + keyOverlapSeconds),
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
