import { expect, it } from 'vitest';
import type { Verdict } from '../../../../extension/daemon/watch-list.ts';
import { makeVerdict } from '../text/make-context.ts';
import { openWatches, TOKEN } from './scripted-watches.ts';

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
