import { describe, expect, it } from 'vitest';
import type { Key } from '../../../daemon/protocol/resources.ts';
import {
  findNextChange,
  findScheduledKey,
  findStagedKey,
  listPendingKeys,
  listPlannedKeys,
} from '../../../extension/pending-keys.ts';
import { at, makeIssuer, makeKey } from './wire-values.ts';

const rotation = { everySeconds: 3_600, leadSeconds: 600, nextAt: at(3_000) };
const next = (kid: string, change: Partial<Key> = {}) => makeKey({ kid, state: 'next', activatedAt: null, ...change });
const KEYS = [
  makeKey(),
  next('later', { signsFrom: at(500) }),
  next('sooner', { signsFrom: at(300) }),
  next('free'),
  next('damaged', { signsFrom: at(100), canSign: false }),
  next('advertised', { canSign: false }),
];
const kidsOf = (keys: readonly Key[]) => keys.map(({ kid }) => kid);

describe('keys that do not sign yet', () => {
  it('are taken by a rotation at once in the order of their age, but never one that cannot sign', () => {
    expect(findStagedKey(KEYS)?.kid).toBe('free');
    expect(findStagedKey(KEYS.filter(({ kid }) => kid !== 'free'))?.kid).toBe('sooner');
    expect(findStagedKey([makeKey(), next('advertised', { canSign: false })])).toBeUndefined();
  });

  it('sign as planned, the first one first', () => {
    expect(kidsOf(listPlannedKeys(KEYS))).toEqual(['sooner', 'later']);
  });

  it('are left to a schedule only where they have no plan of their own', () => {
    expect(findScheduledKey({ keys: KEYS, rotation })?.kid).toBe('free');
    expect(findScheduledKey({ keys: KEYS.slice(0, 3), rotation })).toBeUndefined();
    expect(findScheduledKey({ keys: KEYS, rotation: null })).toBeUndefined();
  });
});

describe('the next change of the key that signs', () => {
  it.each([
    ['is the first plan', KEYS, null, at(300)],
    ['is the first plan, where that comes before the schedule', KEYS, rotation, at(300)],
    ['is the schedule, where that comes first', KEYS, { ...rotation, nextAt: at(200) }, at(200)],
    ['is the schedule, where nothing is planned', [makeKey()], rotation, at(3_000)],
    ['is up to a person', [makeKey(), next('free')], null, null],
    ['is up to a person, where only a key that cannot sign is planned', KEYS.slice(4), null, null],
  ] as const)('%s', (_, keys, schedule, instant) => {
    expect(findNextChange({ keys: [...keys], rotation: schedule })).toBe(instant);
  });
});

describe('the pending key of an issuer', () => {
  it.each([
    ['the one that is planned to sign first, though another is older', KEYS, null, ['sooner']],
    ['a planned one, also where there is a schedule', KEYS, rotation, ['sooner']],
    ['none that a schedule lets sign', [makeKey(), next('free')], rotation, []],
    ['none that cannot sign', [makeKey(), next('advertised', { canSign: false })], null, []],
    ['the oldest, where none is planned', [makeKey(), next('newer'), next('free')], null, ['free']],
  ] as const)('is %s', (_, keys, schedule, kids) => {
    const pending = listPendingKeys([makeIssuer({ keys: [...keys], rotation: schedule })]);
    expect(pending.map(({ kid }) => kid)).toEqual(kids);
  });
});
