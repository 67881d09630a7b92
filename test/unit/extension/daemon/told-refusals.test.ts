import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../../extension/daemon/watch-list.ts';
import { makeVerdict } from '../text/make-context.ts';
import { openWatches, RUNNING, TOKEN } from './scripted-watches.ts';

type Status = Verdict['status'];

it.each<[readonly Status[], number]>([
  [['accepted', 'refused'], 1],
  [['accepted', 'refused', 'accepted', 'refused'], 2],
  [['accepted', 'undecided'], 0],
  [['undecided', 'refused'], 0],
  [['undecided', 'accepted', 'refused'], 1],
  [['refused', 'accepted'], 0],
  [['refused', 'refused'], 0],
  [['accepted', 'refused', 'refused'], 1],
  [['accepted', 'undecided', 'refused'], 1],
  [['accepted', 'undecided', 'accepted'], 0],
  [['refused', 'undecided', 'refused'], 0],
])(
  'a watched token that is %s in turn is told %i times: only what was accepted and is refused now',
  async (course, times) => {
    const { watches, refused, say } = openWatches();
    await watches.pin(TOKEN, {});
    for (const status of course) say(makeVerdict({ status, reason: status === 'accepted' ? null : 'key_revoked' }));
    expect(refused).toHaveLength(times);
    for (const { verdict } of refused) expect(verdict?.status).toBe('refused');
  },
);

it('a token that was let go is not told, whatever the daemon says of it', async () => {
  const { watches, refused, say } = openWatches();
  const { id } = await watches.pin(TOKEN, {});
  say(makeVerdict({}));
  watches.unpin(id);
  say(makeVerdict({ status: 'refused', reason: 'key_revoked' }));
  expect(refused).toEqual([]);
});

describe('a watched token that turned while the daemon was away', () => {
  const RECONNECTING = { kind: 'reconnecting', attempt: 1 } as const;
  const refuse = makeVerdict({ status: 'refused', reason: 'key_revoked' });

  it.each([
    ['brought back', [RECONNECTING]],
    ['ended and begun anew', [{ kind: 'stopped' }]],
    ['lost, ended and begun anew', [RECONNECTING, { kind: 'stopped' }, { kind: 'starting' }]],
    ['lost for good and begun anew', [RECONNECTING, { kind: 'failed', code: 'internal', message: '' }]],
  ] as const)('is told once when the connection was %s', async (_, course) => {
    const { watches, refused, say, enter, sets } = openWatches();
    await watches.pin(TOKEN, {});
    say(makeVerdict({}));
    for (const state of course) enter(state);
    if (course.at(-1)?.kind === 'reconnecting') say(refuse);
    enter(RUNNING);
    say(refuse);
    say(refuse);
    expect(refused).toHaveLength(1);
    enter(RECONNECTING);
    enter(RUNNING);
    sets.at(-1)?.(refuse);
    expect(refused).toHaveLength(1);
  });

  it('is told although the daemon did not take its watch again, but had to be asked anew', async () => {
    const { watches, refused, say, enter, sets, dropWatch } = openWatches();
    await watches.pin(TOKEN, {});
    say(makeVerdict({}));
    enter(RECONNECTING);
    dropWatch();
    expect(watches.verdictOf(TOKEN)).toBeNull();
    enter(RUNNING);
    expect(watches.verdictOf(TOKEN)).toBeNull();
    expect(sets).toHaveLength(2);
    say(refuse);
    expect(refused).toHaveLength(1);
  });
});
