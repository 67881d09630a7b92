import { describe, expect, it } from 'vitest';
import { makeVerdict } from '../text/make-context.ts';
import { openWatches, RUNNING, TOKEN } from './scripted-watches.ts';

describe('what a daemon said before it was stopped', () => {
  it.each(['pinned', 'observed'])(
    'is no verdict of a %s token on the next connection, before that has one',
    async (kind) => {
      const { watches, enter, say, sets } = openWatches();
      if (kind === 'pinned') await watches.pin(TOKEN, {});
      else watches.observe(TOKEN);
      say(makeVerdict({}));
      expect(watches.verdictOf(TOKEN)?.status).toBe('accepted');
      enter({ kind: 'stopped' });
      enter(RUNNING);
      expect(sets).toHaveLength(2);
      expect(watches.verdictOf(TOKEN)).toBeNull();
      expect(watches.pinned.map(({ verdict }) => verdict)).toEqual(kind === 'pinned' ? [null] : []);
      say(makeVerdict({}));
      expect(watches.verdictOf(TOKEN)?.status).toBe('accepted');
    },
  );

  it('is remembered, so that a token which has turned meanwhile is told', async () => {
    const { watches, enter, refused, say } = openWatches();
    await watches.pin(TOKEN, {});
    say(makeVerdict({}));
    enter({ kind: 'stopped' });
    enter(RUNNING);
    say(makeVerdict({ status: 'refused', reason: 'key_revoked' }));
    expect(refused).toMatchObject([{ verdict: { reason: 'key_revoked' } }]);
  });
});

it('a connection that comes back by itself has set the watches again: what it said holds', async () => {
  const { watches, enter, say, sets } = openWatches();
  await watches.pin(TOKEN, {});
  say(makeVerdict({}));
  enter({ kind: 'reconnecting', attempt: 1 });
  expect(watches.verdictOf(TOKEN)).toBeNull();
  enter(RUNNING);
  expect(sets).toHaveLength(1);
  expect(watches.verdictOf(TOKEN)?.status).toBe('accepted');
});

describe('a watch ends at the daemon', () => {
  it('when it was let go before the daemon had answered', async () => {
    const { watches, counts } = openWatches();
    const pinning = watches.pin(TOKEN, {});
    watches.unpin('watch-1');
    await pinning;
    expect(counts.ended).toBe(1);
  });

  it('with the window', async () => {
    const { watches, counts } = openWatches();
    await watches.pin(TOKEN, {});
    watches.observe(TOKEN);
    await Promise.resolve();
    watches.dispose();
    expect(counts.ended).toBe(2);
  });

  it('not because somebody who names it lets go what a person did not pin', () => {
    const { watches, say, counts } = openWatches();
    watches.observe(TOKEN);
    say(makeVerdict({}));
    watches.unpin('watch-1');
    say(makeVerdict({ status: 'refused', reason: 'key_revoked' }));
    expect([watches.verdictOf(TOKEN)?.status, counts.ended]).toEqual(['refused', 0]);
  });
});
