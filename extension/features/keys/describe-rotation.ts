import { l10n, type QuickPickItem } from 'vscode';
import type { Issuer, Key } from '../../../daemon/protocol/resources.ts';
import { describeDuration } from '../../../daemon/token/time-words.ts';
import { sayClock } from '../../instant-words.ts';
import { computeReadyTime, findStagedKey, listPlannedKeys, type PlannedKey } from '../../pending-keys.ts';
import { shortenName } from '../../short-name.ts';

/** A way of rotating; what is taken back is the plan of one key. */
export type RotationChoice = QuickPickItem &
  (
    | { readonly step: 'at-once' | 'staged' | 'publish-only' | 'other-algorithm' }
    | { readonly step: 'unplan'; readonly kid: string }
  );

/**
 * How long a staged rotation waits, seconds: until no cache can be without the key, which one that was published before
 * is closer to.
 */
export function countLeadSeconds(issuer: Issuer, staged: Key | undefined, nowMs: number): number {
  if (staged === undefined) return issuer.documentMaxAgeSeconds;
  const leftSeconds = Math.ceil((computeReadyTime(issuer, staged) - nowMs) / 1_000);
  return Math.min(issuer.documentMaxAgeSeconds, Math.max(1, leftSeconds));
}

/**
 * What each way of rotating an issuer's key will do, before it is done: who signs from when, who verifies until when.
 * What is planned can be taken back, one key at a time, and is not planned again.
 */
export function listRotationChoices(issuer: Issuer, nowMs: number): RotationChoice[] {
  const { nextAlg, keys, keyOverlapSeconds, rotation } = issuer;
  const active = keys.find(({ state }) => state === 'active');
  const staged = findStagedKey(keys);
  const planned = listPlannedKeys(keys);
  const old = active === undefined ? l10n.t('the old key') : shortenName(active.kid);
  const fresh = staged === undefined ? l10n.t('A new {0} key', nextAlg) : shortenName(staged.kid);
  return [
    {
      step: 'at-once',
      label: `$(zap) ${l10n.t('Sign with the new key at once')}`,
      detail: l10n.t(
        '{0} signs from now on; {1} verifies until {2}',
        fresh,
        old,
        sayClockAfter(keyOverlapSeconds, nowMs),
      ),
    },
    ...(planned.length > 0
      ? planned.map((key) => offerUnplan(issuer, key, old, nowMs))
      : [offerStaged(issuer, staged, old, nowMs)]),
    {
      step: 'publish-only',
      label: `$(eye) ${l10n.t('Publish only')}`,
      detail:
        rotation === null && planned.length === 0
          ? l10n.t('A new {0} key is published; {1} signs until you activate the new one', nextAlg, old)
          : l10n.t('A {0} key is published; {1} signs until another does, by itself or by your hand', nextAlg, old),
    },
    {
      step: 'other-algorithm',
      label: `$(settings) ${l10n.t('Another algorithm…')}`,
      detail: l10n.t('As the first, with a key for another algorithm than {0}', nextAlg),
    },
  ];
}

function offerStaged(issuer: Issuer, staged: Key | undefined, old: string, nowMs: number): RotationChoice {
  const leadSeconds = countLeadSeconds(issuer, staged, nowMs);
  const lead = describeDuration(leadSeconds);
  const label =
    staged === undefined
      ? l10n.t('Staged: publish now, sign in {0}', lead)
      : l10n.t('Staged: sign with the published key in {0}', lead);
  return {
    step: 'staged',
    label: `$(clock) ${label}`,
    detail: l10n.t(
      'Signs from {0}, when every cache has it; {1} verifies until {2}',
      sayClockAfter(leadSeconds, nowMs),
      old,
      sayClockAfter(leadSeconds + issuer.keyOverlapSeconds, nowMs),
    ),
  };
}

/** Where there is a schedule, a key without a plan of its own is left to that. */
function offerUnplan({ rotation }: Issuer, { kid, signsFrom }: PlannedKey, old: string, nowMs: number): RotationChoice {
  const name = shortenName(kid);
  const from = sayClock(signsFrom, nowMs);
  if (rotation !== null) {
    const every = describeDuration(rotation.everySeconds);
    return {
      step: 'unplan',
      kid,
      label: `$(debug-pause) ${l10n.t('Leave {0} to the schedule', name)}`,
      detail: l10n.t('Not from {0}, as planned, but by the schedule, every {1}; {2} signs for now', from, every, old),
    };
  }
  return {
    step: 'unplan',
    kid,
    label: `$(debug-pause) ${l10n.t('Do not sign by itself: {0}', name)}`,
    detail: l10n.t('Not from {0}, as planned, but once you activate it; {1} signs for now', from, old),
  };
}

function sayClockAfter(seconds: number, nowMs: number): string {
  return sayClock(new Date(nowMs + seconds * 1_000).toISOString(), nowMs);
}
